export { type RandomSource, systemRandom } from './random.ts'
export { MAX_SCALAR_DRAWS, refuseSource } from './rejection.ts'
