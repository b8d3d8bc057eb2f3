import { fail } from '@mixun/core/errors'

/** Most entries a call of `entries` may ask for. */
export const MAX_ENTRIES = 10_000

/** @throws ERR_INPUT_RANGE unless `from` is an index and `limit` lies in 1 to {@link MAX_ENTRIES} */
export function requireEntryRange(from: number, limit: number): void {
  if (
    !Number.isSafeInteger(from) ||
    from < 0 ||
    !Number.isInteger(limit) ||
    limit < 1 ||
    limit > MAX_ENTRIES
  ) {
    fail('ERR_INPUT_RANGE', `expected an index and a limit of 1 to ${MAX_ENTRIES} entries`)
  }
}
