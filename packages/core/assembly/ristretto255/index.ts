// What the ristretto255 kernel exports. Arguments are addresses in the exchange area.
import { ELEMENT_BYTES, EXCHANGE, EXCHANGE_BYTES } from './memory'
import { encode } from './ristretto'

export { fromUniformBytes } from './elligator'
export { wipe } from './memory'
export { multiply, multiplyMany } from './multiply'
export { multiplyEach } from './multiply-each'
export { generator, initialize, multiplyBase, multiplyBaseMany } from './multiply-base'
export { decode, encode, equal, isIdentity } from './ristretto'
export {
  addScalars,
  invertScalar,
  isReducedScalar,
  isZeroScalar,
  multiplyScalars,
  reduceScalar,
  subtractScalars,
} from './scalars'
export { sumPublic } from './sum-public'
export { add, negate } from './edwards'

/** Address of the exchange area. */
export function exchange(): usize {
  return EXCHANGE
}

export function exchangeBytes(): usize {
  return EXCHANGE_BYTES
}

/** Bytes of an element in memory. */
export function elementBytes(): usize {
  return ELEMENT_BYTES
}

/** `count` encodings of consecutive elements. */
export function encodeMany(bytes: usize, p: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) encode(bytes + 32 * i, p + i * ELEMENT_BYTES)
}
