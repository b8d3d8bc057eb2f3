// Variable-base multiplication by a secret scalar: signed odd windows of four bits, table entries read by scan and mask. As
// no digit is zero, no sum but the last is the identity, and doublings may be those of Jacobian coordinates.
import { signedOddDigits } from '../common/digits'
import { selectOfNine } from '../common/select'
import { doubleTimes } from './jacobian'
import { ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, WORK_SELECTED, WORK_TABLE } from './memory'
import { add, pointCopy, pointDouble, pointIdentity, pointNegateIf } from './point'

const SUM: usize = WORK_POINTS
const DOUBLE: usize = SUM + ELEMENT_BYTES

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

/** WORK_TABLE = 1·p, 3·p, …, 15·p, and the identity behind them. */
function oddMultiples(p: usize): void {
  pointDouble(DOUBLE, p)
  pointCopy(WORK_TABLE, p)
  for (let i: usize = 1; i < 8; i++) {
    add(WORK_TABLE + i * ELEMENT_BYTES, WORK_TABLE + (i - 1) * ELEMENT_BYTES, DOUBLE)
  }
  pointIdentity(WORK_TABLE + 8 * ELEMENT_BYTES)
}

/** WORK_SELECTED = digit · p from WORK_TABLE, for a secret odd digit in [−15, 15]. */
function selectOdd(digit: i32): void {
  const negative = digit >> 31
  selectOfNine(WORK_SELECTED, WORK_TABLE, ELEMENT_BYTES, ((digit ^ negative) - negative) >> 1)
  pointNegateIf(WORK_SELECTED, WORK_SELECTED, negative)
}

/** r = Σ digit_i · 16^i · p for the table's p and the digits at WORK_DIGITS, less p where the last of them says so. */
function multiplyByDigits(r: usize): void {
  selectOdd(<i32>load<i8>(WORK_DIGITS, 63))
  pointCopy(SUM, WORK_SELECTED)
  for (let i: i32 = 62; i >= 0; i--) {
    doubleTimes(SUM, 4)
    selectOdd(<i32>load<i8>(WORK_DIGITS + i))
    add(SUM, SUM, WORK_SELECTED)
  }
  // The digits are those of the scalar with its lowest bit set: entry 0 is p, entry 8 the identity.
  selectOfNine(WORK_SELECTED, WORK_TABLE, ELEMENT_BYTES, <i32>load<i8>(WORK_DIGITS, 64))
  pointNegateIf(WORK_SELECTED, WORK_SELECTED, -1)
  add(r, SUM, WORK_SELECTED)
}

/** r = scalar · p, for a p that is not the identity. */
export function multiply(r: usize, p: usize, scalar: usize): void {
  signedOddDigits(WORK_DIGITS, scalar)
  oddMultiples(p)
  multiplyByDigits(r)
}

/** `count` times r = scalar · p for consecutive elements p, none the identity, and r, which may be the same. */
export function multiplyMany(r: usize, p: usize, scalar: usize, count: i32): void {
  signedOddDigits(WORK_DIGITS, scalar)
  for (let i: usize = 0; i < <usize>count; i++) {
    oddMultiples(p + i * ELEMENT_BYTES)
    multiplyByDigits(r + i * ELEMENT_BYTES)
  }
}
