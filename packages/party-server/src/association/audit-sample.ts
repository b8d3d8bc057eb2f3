import { existsSync } from 'node:fs'
import { compareBytes, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import {
  COSIGNATURE_TYPES,
  cosignerName,
  noteKeyId,
  openCheckpoint,
  parseNote,
} from '@mixun/ledger-adapter/checkpoint'
import { type Ledger, type Registry, signEntry } from '@mixun/ledger-adapter/ledger'
import { auditCommitment, type Consequences, consequencesOf } from '@mixun/ledger-adapter/policy'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import type { Home } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'
import { dueIntents } from '../ledger/due-intents.ts'

/** A finding that was put on record, and what it comes to by the rules. */
export interface RecordedFinding extends Consequences {
  readonly intentId: string
  readonly inquirer: string
  readonly ledgerIndex: number
}

/** What a sample is drawn with. */
export interface DrawOptions {
  readonly now?: () => number
  /** Of the sample with this number; 32 bytes. From the home's store key by default. Secret until the sample. */
  readonly secretOf?: (number: number) => Uint8Array
}

/**
 * Draws from the intents since the last sample, as the association or a regulator: by the newest checkpoint that a firm
 * cosigned after this party committed to its part, and commits to the next.
 *
 * @returns the range of entries; null when no checkpoint is later than the last sample and the commitment
 * @throws ERR_AUDIT_SAMPLE
 */
export async function drawAuditSample(
  home: Home,
  ledger: Pick<Ledger, 'append' | 'cosign'> & { readonly registry: Registry },
  {
    now = Date.now,
    secretOf = number => openVault(home).index('audit-secret', utf8(`${number}`)),
  }: DrawOptions = {},
): Promise<{ readonly from: number; readonly to: number } | null> {
  const { registry } = ledger
  const { origin: name, suite, association } = registry.anchor
  const log = { name, suite, publicKey: association.publicKey }
  const isOfFirm = firmNotes(registry)
  const notes = (await ledger.cosign(null)).filter(isOfFirm).map(note => openCheckpoint(log, note))
  const newest = notes.toSorted((a, b) => b.size - a.size)[0]
  const { audits } = registry.policy
  const from = audits.sampledTo
  const sign = { identity: home.identity, anchor: registry.anchor }
  const commit = async () => {
    const payload = { commitment: auditCommitment(suite, secretOf(audits.windows.length)) }
    await ledger.append(signEntry(sign.identity, sign.anchor, 'audit-committed', payload, { now }))
  }
  const secret = secretOf(audits.windows.length)
  const open = audits.commitmentOf(home.identity.partyId)
  if (open === undefined || compareBytes(auditCommitment(suite, secret), open.commitment) !== 0) {
    await commit()
    return null
  }
  if (newest === undefined || newest.size <= Math.max(from, open.index)) return null
  const payload = { from, to: newest.size, note: newest.text, secret }
  await ledger.append(signEntry(sign.identity, sign.anchor, 'audit-sample', payload, { now }))
  await commit()
  return { from, to: newest.size }
}

/** Tells notes that an active firm cosigned under its key of today: regulators cosign too, and draw nothing. */
function firmNotes(registry: Registry): (note: string) => boolean {
  const { origin, suite } = registry.anchor
  const firms = registry.members().filter(({ role, status }) => role === 'firm' && status === 'active')
  const lines = firms.map(({ partyId, signingKey: publicKey }) => {
    const name = cosignerName(origin, partyId)
    return `${name} ${toHex(noteKeyId({ name, suite, publicKey }, COSIGNATURE_TYPES))}`
  })
  return note =>
    parseNote(note).signatures.some(({ name, keyId }) => lines.includes(`${name} ${toHex(keyId)}`))
}

/** Puts on record what was not opened by its deadline: it counts as forged. */
export async function closeOverdue(
  home: Home,
  ledger: SqliteLedger,
  now: number,
): Promise<RecordedFinding[]> {
  const { registry } = ledger
  // What was handed in waits for a decision: it was opened.
  const overdue = (await dueIntents(registry, ledger, now)).filter(
    due => due.isOverdue && !existsSync(home.paths.auditOpening(due.intentId)),
  )
  const findings: RecordedFinding[] = []
  for (const { intentId, inquirer } of overdue) {
    const payload = { intentId: fromHex(intentId), finding: 'not-opened' as const, openingDigest: null }
    const entry = signEntry(home.identity, registry.anchor, 'audit-failed', payload, { now: () => now })
    const { receipt } = await ledger.append(entry)
    const consequences = consequencesOf(registry.policy.audits.rules, 'not-opened')
    findings.push({ intentId, inquirer, ledgerIndex: receipt.index, ...consequences })
  }
  return findings
}

/** @throws ERR_AUDIT_NOT_DUE */
export function requireIntentId(text: string | undefined): Uint8Array {
  if (text === undefined || !/^[0-9a-f]{32}$/.test(text)) {
    return fail('ERR_AUDIT_NOT_DUE', 'expected the id of an intent, 32 hexadecimal digits')
  }
  return fromHex(text)
}
