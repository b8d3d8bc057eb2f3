import {
  type Appended,
  entryCodec,
  type LedgerEntry,
  type OutcomePayload,
} from '@mixun/ledger-adapter/ledger'
import { isOfOldKey } from '../consortium/consortium.ts'
import type { CheckParts } from './check-options.ts'

/** Makes the outcome of an inquiry, durable before it leaves and before a row is opened. */
export function keepOutcome(
  { consortium, progress }: Pick<CheckParts, 'consortium' | 'progress'>,
  payload: OutcomePayload,
): LedgerEntry {
  const entry = consortium.makeEntry('outcome', payload)
  progress.concluded(payload.intentId, entryCodec.encode(entry))
  return entry
}

/**
 * Puts an outcome on record.
 *
 * A member that reads outcomes may have come since the entry was made, or a key changed: it is refused and made anew.
 *
 * @param made the entry of before a cut; null where there is none yet
 */
export async function recordOutcome(
  { consortium, progress }: CheckParts,
  payload: OutcomePayload,
  made: LedgerEntry | null,
): Promise<Appended> {
  const record = (kept: LedgerEntry | null) =>
    consortium.appendEntry(kept ?? keepOutcome({ consortium, progress }, payload))
  try {
    return await record(made)
  } catch (error) {
    if (!isOfOldKey(error)) throw error
    await consortium.sync()
    return record(null)
  }
}
