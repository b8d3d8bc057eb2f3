export { type InlinePoolOptions, inlinePool } from './inline.ts'
export type { ComputeOptions, ComputePool, ComputeTask, TaskModule } from './pool.ts'
