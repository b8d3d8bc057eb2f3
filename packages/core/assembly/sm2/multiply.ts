// Variable-base multiplication by a secret scalar: signed windows of four bits, table entries read by scan and mask.
import { signedDigits } from '../common/digits'
import { selectOfNine } from '../common/select'
import { ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, WORK_SELECTED, WORK_TABLE } from './memory'
import { add, pointCopy, pointDouble, pointIdentity, pointNegateIf } from './point'

const SUM: usize = WORK_POINTS

/** table = 0·p, 1·p, …, 8·p. */
export function multiplesToEight(table: usize, p: usize): void {
  pointIdentity(table)
  pointCopy(table + ELEMENT_BYTES, p)
  for (let i: usize = 2; i <= 8; i++) {
    add(table + i * ELEMENT_BYTES, table + (i - 1) * ELEMENT_BYTES, table + ELEMENT_BYTES)
  }
}

/** sum = sum + digit · p for the multiples of p in a table and a secret digit in [−8, 8]. */
export function addMultiple(sum: usize, table: usize, digit: i32): void {
  const negative = digit >> 31
  selectOfNine(WORK_SELECTED, table, ELEMENT_BYTES, (digit ^ negative) - negative)
  pointNegateIf(WORK_SELECTED, WORK_SELECTED, negative)
  add(sum, sum, WORK_SELECTED)
}

/** r = Σ digit_i · 16^i · p for the table's p and the digits at WORK_DIGITS. */
function multiplyByDigits(r: usize): void {
  pointIdentity(SUM)
  addMultiple(SUM, WORK_TABLE, <i32>load<i8>(WORK_DIGITS, 64))
  for (let i: i32 = 63; i >= 0; i--) {
    pointDouble(SUM, SUM)
    pointDouble(SUM, SUM)
    pointDouble(SUM, SUM)
    pointDouble(SUM, SUM)
    addMultiple(SUM, WORK_TABLE, <i32>load<i8>(WORK_DIGITS + i))
  }
  pointCopy(r, SUM)
}

/** r = scalar · p */
export function multiply(r: usize, p: usize, scalar: usize): void {
  signedDigits(WORK_DIGITS, scalar)
  multiplesToEight(WORK_TABLE, p)
  multiplyByDigits(r)
}

/** `count` times r = scalar · p for consecutive elements p and r, which may be the same. */
export function multiplyMany(r: usize, p: usize, scalar: usize, count: i32): void {
  signedDigits(WORK_DIGITS, scalar)
  for (let i: usize = 0; i < <usize>count; i++) {
    multiplesToEight(WORK_TABLE, p + i * ELEMENT_BYTES)
    multiplyByDigits(r + i * ELEMENT_BYTES)
  }
}
