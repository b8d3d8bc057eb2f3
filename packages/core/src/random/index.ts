export { type RandomSource, systemRandom } from './random.ts'
