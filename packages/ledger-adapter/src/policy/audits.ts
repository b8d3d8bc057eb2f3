import { compareBytes, concat, toHex, utf8 } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import { formatSignature, parseNote } from '../checkpoint/signed-note.ts'
import type { Finding } from '../ledger/payloads/audit.ts'
import type { AuditRulesPayload, TypedEntry } from '../ledger/payloads.ts'

const HOUR_MS = 3_600_000

/** How inquiries are audited, as the newest `audit-rules` entry says. */
export type AuditRules = AuditRulesPayload

/**
 * Version 1: one intent in a hundred, three days to open it; five days to answer a ticket, which costs five points, twenty a
 * firm and day; three intents bought in advance, for twelve hours.
 */
export const BUILT_IN_AUDIT_RULES: AuditRules = Object.freeze<AuditRules>({
  version: 1,
  samplePerMillion: 10_000,
  openingHours: 72,
  answerHours: 120,
  penalties: { 'not-opened': 1_000, forged: 1_000, 'ticket-expired': 100 },
  tickets: { price: 5, perDay: 20 },
  boughtIntents: { open: 3, hours: 12 },
  proposeSuspension: ['not-opened', 'forged'],
})

/** What a finding comes to by the rules. */
export interface Consequences {
  /** Points, as far as the party has them. */
  readonly penalty: number
  readonly isSuspensionProposed: boolean
}

/** What follows from a finding. */
export function consequencesOf(rules: AuditRules, finding: Finding): Consequences {
  return {
    penalty: rules.penalties[finding],
    isSuspensionProposed: rules.proposeSuspension.includes(finding),
  }
}

interface Window {
  readonly from: number
  readonly to: number
  readonly note: string
  readonly secret: Uint8Array
  readonly perMillion: number
  readonly deadline: number
  /** Hash of the beacon, once it was needed. */
  beacon?: Uint8Array
}

/** A commitment to the secret of a sample, and where it stands. */
export interface AuditCommitment {
  readonly commitment: Uint8Array
  readonly index: number
}

/** What became of a drawn intent. */
export type AuditResult = 'opened' | 'not-opened' | 'forged'

/** The fold of samples and their results: which intents have to be opened until when, the same for every member. */
export class Audits {
  #rules: AuditRules = BUILT_IN_AUDIT_RULES
  readonly #windows: Window[] = []
  readonly #commitments = new Map<string, AuditCommitment>()
  readonly #results = new Map<string, AuditResult>()

  get rules(): AuditRules {
    return this.#rules
  }

  /** Intents before this index were drawn from. */
  get sampledTo(): number {
    return this.#windows.at(-1)?.to ?? 0
  }

  /** The ranges of entries that were drawn from, with the deadline of their openings in Unix milliseconds. */
  get windows(): readonly { readonly from: number; readonly to: number; readonly deadline: number }[] {
    return this.#windows
  }

  /** The commitment that the next sample of this party has to open. */
  commitmentOf(party: string): AuditCommitment | undefined {
    return this.#commitments.get(party)
  }

  /** @param index of the entry */
  apply(entry: TypedEntry, index: number): void {
    if (entry.kind === 'audit-rules') this.#rules = entry.payload
    else if (entry.kind === 'audit-committed') {
      this.#commitments.set(entry.author, { ...entry.payload, index })
    } else if (entry.kind === 'audit-sample') {
      const { samplePerMillion: perMillion, openingHours } = this.#rules
      this.#windows.push({ ...entry.payload, perMillion, deadline: entry.createdAt + openingHours * HOUR_MS })
      this.#commitments.delete(entry.author)
    } else if (entry.kind === 'audit-opened') this.#results.set(toHex(entry.payload.intentId), 'opened')
    else if (entry.kind === 'audit-failed') {
      this.#results.set(toHex(entry.payload.intentId), entry.payload.finding)
    }
  }

  /** The deadline of an intent that a beacon drew; undefined when none did. @param index of the intent's entry */
  drawn(suite: Suite, intentId: Uint8Array, index: number): { readonly deadline: number } | undefined {
    const window = this.#drawing(suite, intentId, index)
    return window && { deadline: window.deadline }
  }

  /**
   * The parties of a drawn intent that its beacon draws as well, in the order of their lots; none of an intent that was not
   * drawn.
   */
  drawnParties(
    suite: Suite,
    { intentId, index }: { readonly intentId: Uint8Array; readonly index: number },
    parties: readonly string[],
    count: number,
  ): string[] {
    const window = this.#drawing(suite, intentId, index)
    if (window === undefined) return []
    const lots = parties.map(party => ({
      party,
      lot: lotOf(suite, window, 'mixun-audit-party-1\0', concat(intentId, utf8(party))),
    }))
    return lots
      .toSorted((a, b) => compareBytes(a.lot, b.lot))
      .slice(0, count)
      .map(({ party }) => party)
  }

  #drawing(suite: Suite, intentId: Uint8Array, index: number): Window | undefined {
    const window = this.#windows.findLast(({ from, to }) => from <= index && index < to)
    return window !== undefined && isDrawn(suite, window, intentId) ? window : undefined
  }

  result(intentId: Uint8Array): AuditResult | undefined {
    return this.#results.get(toHex(intentId))
  }
}

/** What the association or a regulator puts on record before a sample. @param secret 32 bytes */
export function auditCommitment(suite: Suite, secret: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-audit-commitment-1\0'), secret)
}

/**
 * `H(label ‖ secret ‖ H(beacon) ‖ intent id)`, its first 48 bits as a number below 1, against the rate. Who cosigned did
 * not know the secret, and the association chose it before: neither can try out draws by itself.
 */
function isDrawn(suite: Suite, window: Window, intentId: Uint8Array): boolean {
  const reader = new Reader(lotOf(suite, window, 'mixun-audit-beacon-2\0', intentId))
  const drawn = reader.uint16() * 2 ** 32 + reader.uint32()
  return drawn * 1_000_000 < window.perMillion * 2 ** 48
}

function lotOf(suite: Suite, window: Window, label: string, about: Uint8Array): Uint8Array {
  window.beacon ??= suite.hash(beaconOf(window.note))
  return suite.hash(concat(utf8(label), window.secret, window.beacon, about))
}

/** The note without the sequencer's own line: it could sign the same text anew until the draw is to its liking. */
function beaconOf(note: string): Uint8Array {
  const { text, signatures } = parseNote(note)
  return utf8(`${text}\n${signatures.slice(1).map(formatSignature).join('')}`)
}
