import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openAssociationLedger } from '../association/ledger.ts'
import { entryCodec } from '@mixun/ledger-adapter/ledger'
import type { KindCode, Subject } from '@mixun/core/domain'
import type { ConsentId, Mixun } from '@mixun/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { type Cut, FrameRelay } from '../testing/frame-relay.ts'
import type { MadeDefault } from '../testing/records.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const KIND: KindCode = 'contract-due-not-repaid'
const [nobody, one, nine] = [investor(0), investor(1), investor(9)]
const RECORDS: readonly MadeDefault[] = [
  { subject: one, kind: KIND },
  ...Array.from({ length: 9 }, (_, i) => ({ subject: nine, kind: KIND, occurredOn: `2025-01-1${i}` })),
]

// yi serves gRPC, bing WebSockets; both publish the same.
describe.each(SUITES_OF_RUN)('frames in suite %s', suite => {
  let consortium: TestConsortium
  let jia: TestParty
  let relays: FrameRelay[]
  let mixun: Mixun
  const consents = new Map<Subject, ConsentId>()
  let asked = 0

  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite,
      firms: { jia: null, yi: RECORDS, bing: RECORDS },
      webSockets: ['bing'],
    })
    jia = consortium.firm('jia')
    relays = await Promise.all(['yi', 'bing'].map(id => FrameRelay.before(consortium.firm(id), [jia])))
    mixun = await jia.client()
    for (const subject of [nobody, one, nine]) consents.set(subject, await consentOf(mixun, subject))
    // Downloads the tables, and in suite sm agrees on the secret that is resumed.
    while (consortium.ledgerSize < 20) await ask(nobody)
    // Checkpoints say the number of entries: two digits at everybody's from here on.
    const isMirrored = () => ['yi', 'bing'].every(id => mirroredSize(consortium.firm(id)) >= 10)
    await vi.waitUntil(isMirrored, { timeout: 30_000 })
  })
  afterAll(async () => {
    await mixun.close()
    for (const relay of relays) await relay[Symbol.asyncDispose]()
    await consortium[Symbol.asyncDispose]()
  })

  async function ask(subject: Subject) {
    const consent = consents.get(subject) as ConsentId
    return mixun.checkDefaults(subject, { consent, requestId: `request-${asked++}`, classes: ['B', 'C'] })
  }

  /** Lengths of the entries from index `from` on, as every member sees them. */
  async function entryLengths(from: number): Promise<string[]> {
    const ledger = openAssociationLedger(consortium.association.home)
    const entries = await ledger.entries(from, 100)
    await ledger.close()
    return entries.map(({ entry }) => `${entry.kind} ${entryCodec.encode(entry).length}`)
  }

  it('are equal in number and length for a miss, for one record and for nine', async () => {
    const seen = []
    for (const [subject, records] of [
      [nobody, 0],
      [one, 2],
      [nine, 18],
      [nobody, 0],
    ] as const) {
      for (const relay of relays) relay.channels = []
      const size = consortium.ledgerSize
      const answer = await ask(subject)
      expect([answer.records.length, answer.missing]).toEqual([records, []])
      seen.push({ frames: relays.map(relay => relay.shapes()), entries: await entryLengths(size) })
    }
    const [miss] = seen
    for (const each of seen) expect(each).toEqual(miss)
    // An evaluation of each class at each provider, and nothing else.
    for (const shapes of miss?.frames ?? []) expect(shapes).toHaveLength(2)
    expect(miss?.entries.map(entry => entry.split(' ')[0])).toEqual(['sealed', 'sealed'])
    // What is compared does tell inquiries apart that differ on the wire.
    await startAnew()
    for (const relay of relays) relay.channels = []
    await ask(one)
    expect(relays.map(relay => relay.shapes())).not.toEqual(miss?.frames)
  })

  it.each([
    { direction: 'to-server', what: 'an inquiry', isFirst: false },
    { direction: 'to-client', what: 'an inquiry', isFirst: false },
    { direction: 'to-server', what: 'a first inquiry with its downloads', isFirst: true },
    { direction: 'to-client', what: 'a first inquiry with its downloads', isFirst: true },
  ] as const)(
    'of $what, cut before any of them $direction, leave the party missing, and points and logs in step',
    async ({ direction, isFirst }) => {
      let before = 0
      while (await askThrough({ direction, before }, isFirst)) before++
      expect(before).toBeGreaterThan(1)
    },
  )

  /** The client as it comes up where nothing was asked before: without tables and without open sessions. */
  async function startAnew(): Promise<void> {
    await mixun.close()
    for (const id of ['yi', 'bing']) {
      for (const name of ['B', 'C']) rmSync(jia.home.paths.table(id, name, 1), { force: true })
    }
    mixun = await jia.client()
  }

  /** @returns whether the cut met a frame */
  async function askThrough(cut: Cut, isFirst: boolean): Promise<boolean> {
    if (isFirst) await startAnew()
    const spentBefore = (await mixun.points()).spent
    for (const relay of relays) Object.assign(relay, { cut, cuts: 0 })
    const answer = await ask(one)
    for (const relay of relays) relay.cut = null
    const wasCut = relays.some(relay => relay.cuts > 0)
    const lost = answer.missing.map(({ code }) => code)
    for (const code of lost) expect(['ERR_CHANNEL_CLOSED', 'ERR_CHANNEL_TRUNCATED']).toContain(code)
    expect(answer.verdict).toBe(lost.length > 0 ? 'incomplete' : 'found')
    // Each provider has one record of the subject, in class B.
    const missing = answer.missing.filter(each => each.class === 'B').map(({ party }) => party)
    const reporters = answer.records.map(({ reporter }) => reporter).toSorted()
    expect(reporters).toEqual(['bing', 'yi'].filter(id => !missing.includes(id)))
    const { reserved, spent } = await mixun.points()
    expect({ reserved, spent: spent - spentBefore }).toEqual({ reserved: 0, spent: 4 })
    expectLogsInStep(answer.evidence.parties.map(({ party }) => party))
    return wasCut
  }

  /** Whoever's evaluation was taken has logged it; no provider evaluated twice under one intent and class. */
  function expectLogsInStep(evaluated: readonly string[]): void {
    for (const id of ['yi', 'bing']) {
      const log = consortium.firm(id).partyLog()
      const keys = log
        .filter(({ event }) => event === 'asked')
        .map(entry => `${Buffer.from(entry.intentId ?? []).toString('hex')}/${entry.class}`)
      expect(new Set(keys).size).toBe(keys.length)
      const newest = log.filter(({ event }) => event === 'asked').at(-1)?.intentId
      const answered = log.filter(each => each.event === 'answered' && equal(each.intentId, newest)).length
      expect(evaluated.filter(party => party === id).length).toBeLessThanOrEqual(answered)
    }
  }
})

/** Entries in the mirror of a firm's daemon. */
function mirroredSize(firm: TestParty): number {
  using mirror = new DatabaseSync(firm.home.paths.ledger, { readOnly: true })
  return Number(mirror.prepare('SELECT count(*) AS size FROM entries').get()?.['size'])
}

const equal = (a: Uint8Array | null | undefined, b: Uint8Array | null | undefined) =>
  Buffer.compare(a ?? new Uint8Array(0), b ?? new Uint8Array(0)) === 0
