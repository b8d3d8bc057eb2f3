// Encoding, decoding and comparing ristretto255 elements, RFC 9496 section 4.3.
import {
  NUMBER_BYTES,
  numberAdd,
  numberCopy,
  numberNegateIf,
  numberSelect,
  numberSubtract,
} from '../common/limbs'
import { maskIfEqualBytes } from '../common/masks'
import { D, INVSQRT_A_MINUS_D, ONE, SQRT_M1 } from './constants'
import { T, Y, Z } from './edwards'
import {
  fieldAbsolute,
  fieldEqual,
  fieldFromBytes,
  fieldIsNegative,
  fieldIsZero,
  fieldToBytes,
} from './field25519'
import { fieldMultiply } from './field25519-multiply'
import { fieldSquareRootRatio } from './field25519-power'
import { fieldSquare } from './field25519-square'
import { WORK_BYTES, WORK_RISTRETTO } from './memory'

const U1: usize = WORK_RISTRETTO
const U2: usize = U1 + NUMBER_BYTES
const V: usize = U2 + NUMBER_BYTES
const ROOT: usize = V + NUMBER_BYTES
const DENOMINATOR: usize = ROOT + NUMBER_BYTES
const Z_INVERSE: usize = DENOMINATOR + NUMBER_BYTES
const X_OUT: usize = Z_INVERSE + NUMBER_BYTES
const Y_OUT: usize = X_OUT + NUMBER_BYTES
const S: usize = Y_OUT + NUMBER_BYTES

/** Writes the 32-byte encoding of p. Section 4.3.2. */
export function encode(bytes: usize, p: usize): void {
  numberAdd(U1, p + Z, p + Y)
  numberSubtract(U2, p + Z, p + Y)
  fieldMultiply(U1, U1, U2)
  fieldMultiply(U2, p, p + Y)
  fieldSquare(V, U2)
  fieldMultiply(V, V, U1)
  fieldSquareRootRatio(ROOT, ONE, V)
  fieldMultiply(U1, U1, ROOT)
  fieldMultiply(DENOMINATOR, U2, ROOT)
  fieldMultiply(Z_INVERSE, U1, DENOMINATOR)
  fieldMultiply(Z_INVERSE, Z_INVERSE, p + T)

  // Where t · z⁻¹ is negative the point is replaced by another of its coset.
  fieldMultiply(V, p + T, Z_INVERSE)
  const rotate = fieldIsNegative(V)
  numberCopy(X_OUT, p)
  numberCopy(Y_OUT, p + Y)
  fieldMultiply(V, p + Y, SQRT_M1)
  numberSelect(X_OUT, V, rotate)
  fieldMultiply(V, p, SQRT_M1)
  numberSelect(Y_OUT, V, rotate)
  fieldMultiply(V, U1, INVSQRT_A_MINUS_D)
  numberSelect(DENOMINATOR, V, rotate)

  fieldMultiply(V, X_OUT, Z_INVERSE)
  numberNegateIf(Y_OUT, Y_OUT, fieldIsNegative(V))
  numberSubtract(V, p + Z, Y_OUT)
  fieldMultiply(S, DENOMINATOR, V)
  fieldAbsolute(S, S)
  fieldToBytes(bytes, S)
}

/** r = the element that 32 bytes encode; returns 1, or 0 where they are no canonical encoding. Section 4.3.1. */
export function decode(r: usize, bytes: usize): i32 {
  fieldFromBytes(S, bytes)
  fieldToBytes(WORK_BYTES, S)
  const isCanonical = maskIfEqualBytes(WORK_BYTES, bytes)
  const isNegative = fieldIsNegative(S)

  fieldSquare(V, S)
  numberSubtract(U1, ONE, V)
  numberAdd(U2, ONE, V)
  fieldSquare(Z_INVERSE, U2)
  fieldSquare(V, U1)
  fieldMultiply(V, V, D)
  numberAdd(V, V, Z_INVERSE)
  numberNegateIf(V, V, -1)
  fieldMultiply(Z_INVERSE, Z_INVERSE, V)
  const isSquare = fieldSquareRootRatio(ROOT, ONE, Z_INVERSE)

  fieldMultiply(DENOMINATOR, ROOT, U2)
  numberAdd(S, S, S)
  fieldMultiply(X_OUT, S, DENOMINATOR)
  fieldAbsolute(r, X_OUT)
  fieldMultiply(DENOMINATOR, DENOMINATOR, ROOT)
  fieldMultiply(DENOMINATOR, DENOMINATOR, V)
  fieldMultiply(r + Y, U1, DENOMINATOR)
  numberCopy(r + Z, ONE)
  fieldMultiply(r + T, r, r + Y)
  const isRefused = ~isCanonical | isNegative | ~isSquare | fieldIsNegative(r + T) | fieldIsZero(r + Y)
  return 1 + isRefused
}

/** 1 when p and q are the same element. Section 4.3.3. */
export function equal(p: usize, q: usize): i32 {
  fieldMultiply(U1, p, q + Y)
  fieldMultiply(U2, p + Y, q)
  const isSameRatio = fieldEqual(U1, U2)
  fieldMultiply(U1, p + Y, q + Y)
  fieldMultiply(U2, p, q)
  return -(isSameRatio | fieldEqual(U1, U2))
}

/** 1 when p is the identity: a point with x = 0 or y = 0. */
export function isIdentity(p: usize): i32 {
  return -(fieldIsZero(p) | fieldIsZero(p + Y))
}
