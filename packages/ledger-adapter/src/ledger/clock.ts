import { fail } from '@mixun/core/errors'
import { MAX_CLOCK_SKEW_MS } from '@mixun/core/session'
import type { EntryKind, TypedEntry } from './payloads.ts'

/** Kinds whose rules go by `createdAt`: consents, reports and periods are judged by it, and contributions are paid by it. */
const TIMED_KINDS: readonly EntryKind[] = [
  'intent',
  'table',
  'table-attested',
  'reporting-day',
  'points-closed',
]

/** The sequencer's clock never goes back. @throws ERR_LEDGER_CLOCK */
export function checkSequencedAt(sequencedAt: number, before: number): void {
  if (sequencedAt >= before) return
  fail('ERR_LEDGER_CLOCK', `expected an entry sequenced at ${before} or later, found ${sequencedAt}`, {
    details: { sequencedAt, before },
  })
}

/**
 * An entry whose time counts has to be fresh when it is sequenced, and nothing may be dated ahead.
 *
 * @param sequencedAt by the sequencer's clock, which signs for it: so members repeat the check
 * @throws ERR_LEDGER_CLOCK
 */
export function checkClock({ kind, createdAt }: TypedEntry, sequencedAt: number): void {
  if (
    createdAt > sequencedAt + MAX_CLOCK_SKEW_MS ||
    (TIMED_KINDS.includes(kind) && createdAt < sequencedAt - MAX_CLOCK_SKEW_MS)
  ) {
    fail('ERR_LEDGER_CLOCK', `expected an entry dated within ${MAX_CLOCK_SKEW_MS} ms of the ledger's clock`, {
      details: { createdAt, now: sequencedAt },
    })
  }
}
