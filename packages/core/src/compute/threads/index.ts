export { type ThreadPoolOptions, threadPool } from './thread-pool.ts'
export { holdYoungGeneration } from './young-generation.ts'
