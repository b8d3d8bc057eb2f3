export { LedgerMirror, type LedgerMirrorOptions } from './ledger-mirror.ts'
