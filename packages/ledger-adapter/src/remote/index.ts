export {
  DEFAULT_REQUEST_TIMEOUT_MS,
  LEDGER_PARAMETERS,
  LEDGER_PROTOCOL,
  MAX_PAGE_BYTES,
  MAX_PAGE_ENTRIES,
  MAX_REQUESTS_IN_FLIGHT,
} from './params.ts'
export { RemoteLedger, type RemoteLedgerOptions } from './remote-ledger.ts'
export { serveLedger } from './serve-ledger.ts'
