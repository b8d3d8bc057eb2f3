// What the SM2 kernel exports. Arguments are addresses in the exchange area.
import { ELEMENT_BYTES, EXCHANGE, EXCHANGE_BYTES } from './memory'

export { decode, decodeAffine, encode, encodeAffine, encodeMany, equal, isIdentity } from './encoding'
export { fromUniformBytes } from './map'
export { wipe } from './memory'
export { multiply, multiplyMany } from './multiply'
export { generator, initialize, multiplyBase, multiplyBaseMany, multiplyEach } from './multiply-base'
export { add, negate } from './point'
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
