// Fixed powers modulo the prime p of SM2, p ≡ 3 (mod 4), and the square roots made from them.
import { NUMBER_BYTES, numberCopy, numberSelect } from '../common/limbs'
import { THREE } from './constants'
import { fieldEqual } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldSquare } from './field-square'
import { WORK_POWER, WORK_RATIO } from './memory'

const A: usize = WORK_POWER
const B: usize = A + NUMBER_BYTES
const ONES_31: usize = B + NUMBER_BYTES
const ONES_62: usize = ONES_31 + NUMBER_BYTES
const ONES_128: usize = ONES_62 + NUMBER_BYTES

const RADICAND: usize = WORK_RATIO
const DENOMINATOR: usize = RADICAND + NUMBER_BYTES
const ROOT: usize = DENOMINATOR + NUMBER_BYTES
const CHECK: usize = ROOT + NUMBER_BYTES
const UV: usize = CHECK + NUMBER_BYTES

/** r = a^(2^count) · b, count ≥ 1 and public; r may be a but not b. */
function shiftAndMultiply(r: usize, a: usize, count: i32, b: usize): void {
  fieldSquare(r, a)
  for (let i: i32 = 1; i < count; i++) fieldSquare(r, r)
  fieldMultiply(r, r, b)
}

/** r = a^((p − 3) / 4): in binary 31 ones, a zero, 128 ones, 32 zeros and 62 ones. r is not a. */
function fieldPowerForRoot(r: usize, a: usize): void {
  shiftAndMultiply(A, a, 1, a) // 2^2 − 1
  shiftAndMultiply(B, A, 1, a) // 2^3 − 1
  shiftAndMultiply(A, B, 3, B) // 2^6 − 1
  shiftAndMultiply(ONES_31, A, 6, A) // 2^12 − 1
  shiftAndMultiply(A, ONES_31, 3, B) // 2^15 − 1
  shiftAndMultiply(B, A, 15, A) // 2^30 − 1
  shiftAndMultiply(ONES_31, B, 1, a)
  shiftAndMultiply(ONES_62, ONES_31, 31, ONES_31)
  shiftAndMultiply(A, ONES_31, 1, a) // 2^32 − 1
  shiftAndMultiply(B, A, 32, A) // 2^64 − 1
  shiftAndMultiply(ONES_128, B, 64, B)
  shiftAndMultiply(r, ONES_31, 129, ONES_128)
  shiftAndMultiply(r, r, 94, ONES_62)
}

/** r = a^(p − 2): 1/a, and 0 for 0. r is not a. */
export function fieldInvert(r: usize, a: usize): void {
  fieldPowerForRoot(r, a)
  shiftAndMultiply(r, r, 2, a)
}

/** r = a root of a where there is one; returns all ones then. r is not a. */
export function fieldSquareRoot(r: usize, a: usize): i32 {
  fieldPowerForRoot(r, a)
  fieldMultiply(r, r, a)
  fieldSquare(CHECK, r)
  return fieldEqual(CHECK, a)
}

/**
 * sqrt_ratio_3mod4 of RFC 9380 appendix F.2.1.2: r = a root of u/v, or of Z · u/v where u/v is no square. Returns all ones
 * when it is one. r is neither u nor v.
 */
export function fieldSquareRootRatio(r: usize, u: usize, v: usize): i32 {
  numberCopy(RADICAND, u)
  numberCopy(DENOMINATOR, v)
  fieldSquare(ROOT, DENOMINATOR)
  fieldMultiply(UV, RADICAND, DENOMINATOR)
  fieldMultiply(ROOT, ROOT, UV)
  fieldPowerForRoot(r, ROOT)
  fieldMultiply(ROOT, r, UV)
  fieldSquare(CHECK, ROOT)
  fieldMultiply(CHECK, CHECK, DENOMINATOR)
  const isSquare = fieldEqual(CHECK, RADICAND)
  fieldMultiply(r, ROOT, THREE)
  numberSelect(r, ROOT, isSquare)
  return isSquare
}
