import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { entryCodec, readEntry } from '../ledger/entry.ts'
import type { InquiryRecords } from '../ledger/inquiry-records.ts'
import type { GenesisPayload, IntentPayload } from '../ledger/payloads.ts'
import type { RecordedIntent } from '../ledger/registry-view.ts'
import { LedgerState } from '../ledger/state.ts'
import { pointsEvents } from '../points/events.ts'
import type { PointsEvent } from '../points/journal.ts'
import type { LedgerFile } from './ledger-file.ts'
import { encodeBalances } from './snapshot.ts'

/** What {@link recomputePoints} went through. */
export interface RecomputedPoints {
  readonly entries: number
  readonly events: number
}

/**
 * Derives every points event anew from the entries on file, one entry at a time, and compares journal and balances. It
 * checks no signature and no tree: `verify` does.
 *
 * @throws ERR_LEDGER_CORRUPT with details.index of the entry, or the party whose balance differs
 */
export function recomputePoints(file: LedgerFile): RecomputedPoints {
  const state = new LedgerState(file.anchor, file.verifiers, new OpenIntents())
  const journal = file.store.journalRows()
  let entries = 0
  let events = 0
  for (const { index, bytes } of file.store.pointsEntries()) {
    const entry = readEntry(entryCodec.decode(bytes))
    const genesis = entry.kind === 'genesis' ? entry.payload : (state.registry.genesis as GenesisPayload)
    const caused = pointsEvents(genesis.pointsRules, state, entry)
    for (const event of caused) requireSame(event, journal.next().value, index)
    state.apply({ entry, events: caused }, index)
    entries++
    events += caused.length
  }
  if (journal.next().done !== true) fail('ERR_LEDGER_CORRUPT', `expected ${events} points events, found more`)
  if (encodeBalances(state.balances) !== encodeBalances(file.state.balances)) {
    fail('ERR_LEDGER_CORRUPT', 'the balances are not those of the entries')
  }
  return { entries, events }
}

function requireSame(derived: PointsEvent, stored: PointsEvent | undefined, index: number): void {
  const isSame =
    stored !== undefined &&
    derived.id === stored.id &&
    derived.party === stored.party &&
    derived.kind === stored.kind &&
    derived.amount === stored.amount &&
    derived.at === stored.at &&
    derived.reference === stored.reference
  if (!isSame) {
    fail('ERR_LEDGER_CORRUPT', `entry ${index} causes other points events than are in the journal`, {
      details: { index },
    })
  }
}

/** Only what an outcome still has to settle: a ledger of millions of inquiries fits in little memory. */
class OpenIntents implements InquiryRecords {
  readonly #open = new Map<string, RecordedIntent>()

  consent(): undefined {
    return undefined
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#open.get(toHex(intentId))
  }

  addConsent(): void {}

  addIntent(intent: IntentPayload, index: number): void {
    this.#open.set(toHex(intent.intentId), { intent, index, outcomeIndex: null })
  }

  setOutcome(intentId: Uint8Array): void {
    this.#open.delete(toHex(intentId))
  }

  setWithdrawn(): void {}
}
