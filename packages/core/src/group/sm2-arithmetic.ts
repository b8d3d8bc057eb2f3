import type { Element, Group } from './group.ts'

/**
 * The group of SM2 with what its algorithms need beyond {@link Group}: the affine coordinates, which they hash, and
 * points that arrive uncompressed. The reference and the kernel both implement it.
 */
export interface Sm2Arithmetic extends Group {
  readonly id: 'SM2'
  /** x ‖ y, 32 bytes each, big-endian; the identity is allowed out, as zeros (never in). */
  encodeAffine(element: Element): Uint8Array
  /** Of x ‖ y. @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT unless both are below p and on the curve */
  decodeAffine(bytes: Uint8Array): Element
}
