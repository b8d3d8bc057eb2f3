export { Sha256Batch } from './sha256-batch.ts'
