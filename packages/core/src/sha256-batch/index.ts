export { Sha256Batch } from './sha256-batch.ts'
export { sha256TreeLevel } from './tree-level.ts'
