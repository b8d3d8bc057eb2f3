export type { Element, Group, Scalar } from './group.ts'
export { p256 } from './p256.ts'
export { ristretto255 } from './ristretto255.ts'
export { ristretto255Reference } from './ristretto255-reference.ts'
