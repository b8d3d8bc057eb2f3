import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { MemoryRecords } from '../ledger/inquiry-records.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import type { GenesisPayload } from '../ledger/payloads.ts'
import type { RecordedIntent } from '../ledger/registry-view.ts'
import { openEntry } from '../ledger/sealed-entry.ts'
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
 * Derives every points event anew from the entries on file, one entry at a time, and compares journal and balances, as
 * far as the owner of the file can read them. It checks no signature and no tree: `verify` does. Inquiries, which are
 * almost all entries, are opened and scanned in place; opening is most of the time.
 *
 * @throws ERR_LEDGER_CORRUPT with details.index of the entry, or when the balances differ
 */
export function recomputePoints(file: LedgerFile): RecomputedPoints {
  return file.read(() => recompute(file, file.state.balances))
}

function recompute(file: LedgerFile, balances: LedgerState['balances']): RecomputedPoints {
  const records = new ScannedRecords(file)
  const state = new LedgerState(file.anchor, file.verifiers, file.reader, records)
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
    if (kind === 'sealed') {
      records.addUnread()
      continue
    }
    if (scan !== null && (kind === 'intent' || kind === 'outcome')) {
      scan.take(kind, signedBytes(file, index, bytes), takeScanned)
      continue
    }
    const entry = state.registry.read(entryCodec.decode(bytes))
    if (entry.kind === 'sealed' || entry.kind !== kind) {
      return fail('ERR_LEDGER_CORRUPT', `entry ${index} is filed as another kind`, { details: { index } })
    }
    const genesis = entry.kind === 'genesis' ? entry.payload : (state.registry.genesis as GenesisPayload)
    scan ??= new InquiryScan(genesis.pointsRules, party => state.registry.isExact(party))
    const caused = pointsEvents(genesis.pointsRules, state, entry)
    for (const event of caused) take(event)
    state.apply({ entry, events: caused }, index)
  }
  if (journal.next().done !== true) fail('ERR_LEDGER_CORRUPT', `expected ${events} points events, found more`)
  if (encodeBalances(state.balances) !== encodeBalances(balances)) {
    fail('ERR_LEDGER_CORRUPT', 'the balances are not those of the entries')
  }
  return { entries, events }
}

/** Inquiries are scanned and not kept; findings, which name an intent, look it up on file. */
class ScannedRecords extends MemoryRecords {
  readonly #file: LedgerFile

  constructor(file: LedgerFile) {
    super()
    this.#file = file
  }

  override intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#file.state.registry.intent(intentId)
  }
}

/** The encoding of the signed entry inside of an envelope. */
function signedBytes({ anchor, reader }: LedgerFile, index: number, bytes: Uint8Array): Uint8Array {
  const entry = entryCodec.decode(bytes)
  const opened = entry.kind === 'sealed' && reader !== null ? openEntry(anchor, reader, entry) : null
  return (
    opened?.bytes ??
    fail('ERR_LEDGER_CORRUPT', `entry ${index} is filed as one that can be opened`, { details: { index } })
  )
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
