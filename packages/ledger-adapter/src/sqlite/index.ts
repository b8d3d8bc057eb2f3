export { type CosignedOptions, DEFAULT_COSIGNATURES } from './cosignatures.ts'
export { DEFAULT_BUSY_TIMEOUT_MS } from './database.ts'
export type { HeadRecord } from './signed-head.ts'
export { SqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.ts'
