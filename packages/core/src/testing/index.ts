export { expectCode, expectCodeAsync } from './expect-code.ts'
export { seededRandom } from './seeded-random.ts'
