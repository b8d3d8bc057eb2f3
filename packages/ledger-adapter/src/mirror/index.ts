export type { LedgerProgress } from '../sqlite/progress.ts'
export { LedgerMirror, type LedgerMirrorOptions } from './ledger-mirror.ts'
export { ServedMirror } from './served-mirror.ts'
