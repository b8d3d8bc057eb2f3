// Fixed powers modulo p = 2^255 − 19 and the square roots made from them.
import { NUMBER_BYTES, numberCopy, numberNegateIf, numberSelect } from '../common/limbs'
import { SQRT_M1 } from './constants'
import { fieldAbsolute, fieldEqual } from './field25519'
import { fieldMultiply } from './field25519-multiply'
import { fieldSquare } from './field25519-square'
import { WORK_POWER, WORK_RATIO } from './memory'

const A: usize = WORK_POWER
const B: usize = A + NUMBER_BYTES
const C: usize = B + NUMBER_BYTES
const ELEVENTH: usize = C + NUMBER_BYTES

const V3: usize = WORK_RATIO
const ROOT: usize = V3 + NUMBER_BYTES
const CHECK: usize = ROOT + NUMBER_BYTES
const OTHER: usize = CHECK + NUMBER_BYTES
const U: usize = OTHER + NUMBER_BYTES

/** r = a^(2^count), count ≥ 1 and public. */
function squareTimes(r: usize, a: usize, count: i32): void {
  fieldSquare(r, a)
  for (let i: i32 = 1; i < count; i++) fieldSquare(r, r)
}

/** B = a^(2^250 − 1) and ELEVENTH = a^11. */
function powerOf250Ones(a: usize): void {
  fieldSquare(A, a)
  squareTimes(B, A, 2)
  fieldMultiply(B, B, a)
  fieldMultiply(ELEVENTH, A, B)
  fieldSquare(A, ELEVENTH)
  fieldMultiply(B, A, B) // 2^5 − 1
  squareTimes(A, B, 5)
  fieldMultiply(B, A, B) // 2^10 − 1
  squareTimes(A, B, 10)
  fieldMultiply(C, A, B) // 2^20 − 1
  squareTimes(A, C, 20)
  fieldMultiply(A, A, C) // 2^40 − 1
  squareTimes(A, A, 10)
  fieldMultiply(B, A, B) // 2^50 − 1
  squareTimes(A, B, 50)
  fieldMultiply(C, A, B) // 2^100 − 1
  squareTimes(A, C, 100)
  fieldMultiply(A, A, C) // 2^200 − 1
  squareTimes(A, A, 50)
  fieldMultiply(B, A, B)
}

/** r = a^(p − 2): 1/a, and 0 for 0. */
export function fieldInvert(r: usize, a: usize): void {
  powerOf250Ones(a)
  squareTimes(B, B, 5)
  fieldMultiply(r, B, ELEVENTH)
}

/** r = a^((p − 5) / 8) = a^(2^252 − 3) */
function fieldPowerForRoot(r: usize, a: usize): void {
  powerOf250Ones(a)
  squareTimes(B, B, 2)
  fieldMultiply(r, B, a)
}

/**
 * SQRT_RATIO_M1 of RFC 9496 section 4.2: r = the non-negative root of u/v, or of SQRT_M1 · u/v where u/v is no square.
 * Returns all ones when it is one (u = 0 included). u and v are tight; r may be either.
 */
export function fieldSquareRootRatio(r: usize, u: usize, v: usize): i32 {
  numberCopy(U, u)
  fieldSquare(V3, v)
  fieldMultiply(V3, V3, v)
  fieldSquare(ROOT, V3)
  fieldMultiply(ROOT, ROOT, v)
  fieldMultiply(ROOT, ROOT, U)
  fieldPowerForRoot(ROOT, ROOT)
  fieldMultiply(ROOT, ROOT, V3)
  fieldMultiply(ROOT, ROOT, U)

  fieldSquare(CHECK, ROOT)
  fieldMultiply(CHECK, CHECK, v)
  const isRoot = fieldEqual(CHECK, U)
  numberNegateIf(U, U, -1)
  const isRootOfMinus = fieldEqual(CHECK, U)
  fieldMultiply(U, U, SQRT_M1)
  const isOtherOfMinus = fieldEqual(CHECK, U)

  fieldMultiply(OTHER, ROOT, SQRT_M1)
  numberSelect(ROOT, OTHER, isRootOfMinus | isOtherOfMinus)
  fieldAbsolute(r, ROOT)
  return isRoot | isRootOfMinus
}
