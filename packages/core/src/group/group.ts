import type { RandomSource } from '../random/index.ts'

declare const elementBrand: unique symbol
declare const scalarBrand: unique symbol

/** A non-validated handle to a group element of one {@link Group}; made by it only. */
export interface Element {
  readonly [elementBrand]: true
}

/** A handle to a scalar modulo the order of one {@link Group}; made by it only. */
export interface Scalar {
  readonly [scalarBrand]: true
}

/**
 * A prime-order group as RFC 9497 section 2.1 asks for, written additively. Every way in from bytes checks:
 * {@link Group.decodeElement} admits canonical, non-identity elements only and {@link Group.decodeScalar} reduced
 * scalars only, so no step needs a check of its own.
 */
export interface Group {
  /** Name in suite ids and domain separation, for example `ristretto255`. */
  readonly id: string
  /**
   * Whether the time of operations on secrets depends on them: true of the reference over BigInt, false of a kernel, as
   * far as its checks go. Owners of keys refuse the former: `requireConstantTime`.
   */
  readonly isVariableTime: boolean
  /** Bytes of an encoded element (Ne). */
  readonly elementBytes: number
  /** Bytes of an encoded scalar (Ns). */
  readonly scalarBytes: number

  generator(): Element
  /** @throws ERR_INPUT_RANGE when the scalar is zero or the result is the identity */
  multiply(element: Element, scalar: Scalar): Element
  /** {@link Group.multiply} of many elements by one scalar. */
  multiplyBatch(elements: readonly Element[], scalar: Scalar): Element[]
  /** {@link Group.multiply} of one element by many scalars, in less time than one by one from five on. */
  multiplyEach(element: Element, scalars: readonly Scalar[]): Element[]
  /** `scalar · G`. @throws ERR_INPUT_RANGE when the scalar is zero */
  multiplyBase(scalar: Scalar): Element
  /** {@link Group.multiplyBase} of many scalars. */
  multiplyBaseBatch(scalars: readonly Scalar[]): Element[]
  /**
   * `a·P + b·Q`, for public values only: variable time, zero scalars and an identity result allowed. The verification
   * equation of Schnorr and DLEQ proofs.
   */
  combinePublic(p: Element, a: Scalar, q: Element, b: Scalar): Element
  /**
   * `Σ scalars[i] · elements[i]` as {@link Group.combinePublic}, in much less time than in pairs.
   *
   * @throws ERR_INPUT_LENGTH for no term or unequal numbers
   */
  sumPublic(elements: readonly Element[], scalars: readonly Scalar[]): Element
  add(a: Element, b: Element): Element
  /** `−P` */
  negate(element: Element): Element
  equalElements(a: Element, b: Element): boolean

  /** A uniform scalar in [1, order − 1]. */
  randomScalar(random: RandomSource): Scalar
  /** `a + b` */
  addScalars(a: Scalar, b: Scalar): Scalar
  /** `a − b` */
  subtractScalars(a: Scalar, b: Scalar): Scalar
  /** `a · b` */
  multiplyScalars(a: Scalar, b: Scalar): Scalar
  /** @throws ERR_INPUT_RANGE for zero */
  invertScalar(a: Scalar): Scalar
  isZeroScalar(a: Scalar): boolean

  /** HashToGroup of the RFC 9497 suite over this group. @throws ERR_INPUT_RANGE when it hits the identity */
  hashToGroup(message: Uint8Array, dst: Uint8Array): Element
  /** HashToScalar of the RFC 9497 suite over this group; the result may be zero. */
  hashToScalar(message: Uint8Array, dst: Uint8Array): Scalar

  /** SerializeElement: `elementBytes` bytes; the identity is allowed out, as zeros (never in). */
  encodeElement(element: Element): Uint8Array
  /** {@link Group.encodeElement} of many elements. */
  encodeElementBatch(elements: readonly Element[]): Uint8Array[]
  /** DeserializeElement. @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT */
  decodeElement(bytes: Uint8Array): Element
  /** SerializeScalar: `scalarBytes` bytes. */
  encodeScalar(scalar: Scalar): Uint8Array
  /** DeserializeScalar: zero is allowed. @throws ERR_DECODE_LENGTH, ERR_DECODE_SCALAR */
  decodeScalar(bytes: Uint8Array): Scalar
}
