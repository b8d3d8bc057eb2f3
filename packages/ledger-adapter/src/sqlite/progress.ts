/** Told how many entries are done, of how many, while long work on a ledger goes on. */
export type LedgerProgress = (done: number, total: number) => void
