import type { Phrase } from './language.ts'

/** Entries of the ledger that came in so far. */
export function fetching(done: number, total: number): Phrase {
  return [`fetched ${done} of ${total} ledger entries`, `已获取账本 ${done}/${total} 条`]
}
