export { canaryForms, type CanaryForm, type CanarySubject, findCanaries } from './canary.ts'
export { insecure_armCrashPoints } from './crash-points.ts'
export { expectCode, expectCodeAsync } from './expect-code.ts'
export { seededRandom } from './seeded-random.ts'
