import { fail } from '@mixun/core/errors'
import { MAX_CLOCK_SKEW_MS } from '@mixun/core/session'
import type { EntryKind, ReadableEntry } from './payloads.ts'
import { MAX_FILL_IN_MS } from './payloads/inquiries.ts'

/**
 * Kinds whose rules go by `createdAt`: consents, reports and periods are judged by it, contributions are paid by it,
 * deadlines of others run from it, and parameter sets change after it.
 */
const TIMED_KINDS: readonly EntryKind[] = [
  'intent',
  'intent-bought',
  'intent-returned',
  'consent-withdrawn',
  'table',
  'table-attested',
  'reporting-day',
  'points-closed',
  'ticket',
  'audit-sample',
  'parameters',
  'joint-intent',
  'joint-outcome',
]

/** The times of sealed entries say no more than which five minutes they are of, in milliseconds. */
const SEALED_TIME_BUCKET_MS = 300_000

/** What the sequencer signs as the time of an entry. */
export function sequencedTime(isSealed: boolean, now: number): number {
  return isSealed ? now - (now % SEALED_TIME_BUCKET_MS) : now
}

/** When an entry with this time can have been sequenced at the latest. */
export function latestTime(isSealed: boolean, sequencedAt: number): number {
  return isSealed ? sequencedAt + SEALED_TIME_BUCKET_MS - 1 : sequencedAt
}

/**
 * {@link checkClock} as far as a member can repeat it, from the time that the sequencer signed; and that its clock never
 * went back: an entry was sequenced no earlier than the newest time before it, or can have been, when only its bucket is
 * known. Exact times by themselves, and buckets by themselves, so never go back.
 *
 * @param newest the largest time that the sequencer signed for an entry before
 * @throws ERR_LEDGER_CLOCK
 */
export function checkRecordedClock(
  entry: ReadableEntry,
  isSealed: boolean,
  sequencedAt: number,
  newest: number,
): void {
  const latest = latestTime(isSealed, sequencedAt)
  if (latest < newest) {
    fail('ERR_LEDGER_CLOCK', `expected an entry sequenced at ${newest} or later, found ${sequencedAt}`, {
      details: { sequencedAt, newest },
    })
  }
  if (sequencedAt !== sequencedTime(isSealed, sequencedAt)) {
    fail('ERR_LEDGER_CLOCK', `expected a sealed entry with a time of whole ${SEALED_TIME_BUCKET_MS} ms`)
  }
  checkClock(entry, sequencedAt, latest)
}

/**
 * An entry whose time counts has to be fresh when it is sequenced, and nothing may be dated ahead.
 *
 * @param sequencedAt by the sequencer's clock, which signs for it: so members repeat the check
 * @param latest when it may have been, for one who does not know exactly
 * @throws ERR_LEDGER_CLOCK
 */
export function checkClock(entry: ReadableEntry, sequencedAt: number, latest = sequencedAt): void {
  if (entry.kind === 'sealed') return
  const { kind, createdAt } = entry
  // One that was bought in advance is dated by its use, while the ledger was out of reach.
  const isFilledIn = entry.kind === 'intent' && entry.payload.isBought
  const oldest = sequencedAt - (isFilledIn ? MAX_FILL_IN_MS : MAX_CLOCK_SKEW_MS)
  if (createdAt > latest + MAX_CLOCK_SKEW_MS || (TIMED_KINDS.includes(kind) && createdAt < oldest)) {
    fail('ERR_LEDGER_CLOCK', `expected an entry dated within ${MAX_CLOCK_SKEW_MS} ms of the ledger's clock`, {
      details: { createdAt, now: sequencedAt },
    })
  }
}
