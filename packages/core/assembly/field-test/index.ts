// Field arithmetic by itself, for scripts/field-arithmetic.test.ts. Never shipped.
export { fieldCarry as carry25519, fieldToBytes as toBytes25519 } from '../ristretto255/field25519'
export { fieldMultiply as multiply25519 } from '../ristretto255/field25519-multiply'
export { fieldSquare as square25519 } from '../ristretto255/field25519-square'
export { fieldCarry as carrySm2, fieldToBytes as toBytesSm2 } from '../sm2/field'
export { fieldMultiply as multiplySm2 } from '../sm2/field-multiply'
export { fieldSquare as squareSm2 } from '../sm2/field-square'

const AREA: usize = memory.data(1024, 16)

/** Address of 1,024 bytes for numbers. */
export function area(): usize {
  return AREA
}
