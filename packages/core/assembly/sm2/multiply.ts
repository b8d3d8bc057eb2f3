// Variable-base multiplication by a secret scalar: signed odd windows of four bits, row entries read by scan and mask. No
// digit is zero, and every sum before the last is a positive multiple of p, above the next digit and below the order: so
// the sums are those of Jacobian coordinates, and the last two complete.
import { signedOddDigits } from '../common/digits'
import { numberCopy, numberSelect, numberZero } from '../common/limbs'
import { maskIfZero } from '../common/masks'
import { ROW_BYTES, SHARED_ROWS, fillRows, selectNegative, selectOdd } from './affine-rows'
import { ONE } from './constants'
import { addAffine, doubleTimes, toHomogeneous } from './jacobian'
import { ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, WORK_SELECTED } from './memory'
import { Z, add } from './point'

/** Rows of the points that are multiplied, zeroed behind them. */
const ROWS: usize = memory.data(6912, 16)

/** Where sums are made. */
export const SUM: usize = WORK_POINTS

/** SUM = SUM + the digit of number i times the row's point. */
export function addDigit(row: usize, i: usize): void {
  selectOdd(WORK_SELECTED, row, <i32>load<i8>(WORK_DIGITS + i))
  addAffine(SUM, WORK_SELECTED)
}

/** SUM = the digit of number i times the row's point, in Jacobian coordinates. */
export function startSum(row: usize, i: usize): void {
  selectOdd(SUM, row, <i32>load<i8>(WORK_DIGITS + i))
  numberCopy(SUM + Z, ONE)
}

/**
 * r = SUM + the digit of number 0 times the row's point, less that point where the scalar was even. Complete: only here
 * may a sum be the identity or a term come twice.
 */
export function finishSum(r: usize, row: usize): void {
  toHomogeneous(SUM)
  selectOdd(WORK_SELECTED, row, <i32>load<i8>(WORK_DIGITS))
  numberCopy(WORK_SELECTED + Z, ONE)
  add(SUM, SUM, WORK_SELECTED)
  const entry = <i32>load<i8>(WORK_DIGITS, 64)
  selectNegative(WORK_SELECTED, row, entry)
  numberZero(WORK_SELECTED + Z)
  numberSelect(WORK_SELECTED + Z, ONE, maskIfZero(entry))
  add(r, SUM, WORK_SELECTED)
}

/** r = Σ digit_i · 16^i · p for the row of p. */
function multiplyByDigits(r: usize, row: usize): void {
  startSum(row, 63)
  for (let i: usize = 62; i > 0; i--) {
    doubleTimes(SUM, 4)
    addDigit(row, i)
  }
  doubleTimes(SUM, 4)
  finishSum(r, row)
}

/** r = scalar · p, for a p that is not the identity. */
export function multiply(r: usize, p: usize, scalar: usize): void {
  multiplyMany(r, p, scalar, 1)
}

/** `count` times r = scalar · p for consecutive elements p, none the identity, and r, which may be the same. */
export function multiplyMany(r: usize, p: usize, scalar: usize, count: i32): void {
  signedOddDigits(WORK_DIGITS, scalar)
  for (let from: usize = 0; from < <usize>count; from += SHARED_ROWS) {
    const some = min(<usize>count - from, SHARED_ROWS)
    fillRows(ROWS, p + from * ELEMENT_BYTES, some)
    for (let i: usize = 0; i < some; i++) {
      multiplyByDigits(r + (from + i) * ELEMENT_BYTES, ROWS + i * ROW_BYTES)
    }
  }
  memory.fill(ROWS, 0, SHARED_ROWS * ROW_BYTES)
}
