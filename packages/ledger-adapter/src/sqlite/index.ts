export { DEFAULT_BUSY_TIMEOUT_MS } from './database.ts'
export { SqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.ts'
