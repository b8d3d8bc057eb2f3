import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { entryCodec, readEntry } from '../ledger/entry.ts'
import type { GenesisPayload } from '../ledger/payloads.ts'
import { LedgerState } from '../ledger/state.ts'
import { pointsEvents } from '../points/events.ts'
import type { PointsEvent, PointsEventKind } from '../points/journal.ts'
import { InquiryScan } from '../points/scan-inquiries.ts'
import type { JournalRow } from './entry-store.ts'
import type { LedgerFile } from './ledger-file.ts'
import { encodeBalances } from './snapshot.ts'

/** What {@link recomputePoints} went through. */
export interface RecomputedPoints {
  readonly entries: number
  readonly events: number
}

/**
 * Derives every points event anew from the entries on file, one entry at a time, and compares journal and balances. It
 * checks no signature and no tree: `verify` does. Inquiries, which are almost all entries, are scanned in place.
 *
 * @throws ERR_LEDGER_CORRUPT with details.index of the entry, or when the balances differ
 */
export function recomputePoints(file: LedgerFile): RecomputedPoints {
  const state = new LedgerState(file.anchor, file.verifiers)
  const journal = file.store.journalRows()
  let scan: InquiryScan | null = null
  let entries = 0
  let events = 0
  let at = 0
  const take = (event: PointsEvent) => {
    const stored = journal.next().value
    if (stored === undefined || !isSame(event, stored)) {
      fail('ERR_LEDGER_CORRUPT', `entry ${at} causes other points events than are in the journal`, {
        details: { index: at },
      })
    }
    events++
  }
  const takeScanned = (
    id: Uint8Array,
    when: number,
    party: string,
    kind: PointsEventKind,
    amount: number,
  ) => {
    const reference = toHex(id)
    const event = { id: `${reference}/${kind}`, at: when, party, kind, amount, reference }
    take(event)
    state.replayEvent(event)
  }
  for (const [index, kind, bytes] of file.store.pointsEntries()) {
    at = index
    entries++
    if (scan !== null && (kind === 'intent' || kind === 'outcome')) {
      scan.take(kind, bytes, takeScanned)
      continue
    }
    const entry = readEntry(entryCodec.decode(bytes))
    const genesis = entry.kind === 'genesis' ? entry.payload : (state.registry.genesis as GenesisPayload)
    scan ??= new InquiryScan(genesis.pointsRules)
    const caused = pointsEvents(genesis.pointsRules, state, entry)
    for (const event of caused) take(event)
    state.apply({ entry, events: caused }, index)
  }
  if (journal.next().done !== true) fail('ERR_LEDGER_CORRUPT', `expected ${events} points events, found more`)
  if (encodeBalances(state.balances) !== encodeBalances(file.state.balances)) {
    fail('ERR_LEDGER_CORRUPT', 'the balances are not those of the entries')
  }
  return { entries, events }
}

function isSame(derived: PointsEvent, [id, at, party, kind, amount, reference]: JournalRow): boolean {
  return (
    derived.id === id &&
    derived.party === party &&
    derived.kind === kind &&
    derived.amount === amount &&
    derived.at === at &&
    derived.reference === reference
  )
}
