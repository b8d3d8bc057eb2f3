// a·P + b·Q for public values: Straus with sliding windows. Variable time.
import { SLIDING_DIGITS, slidingWindowPublic } from '../common/sliding-window'
import { ELEMENT_BYTES, PUBLIC_DIGITS, PUBLIC_TABLES, WORK_POINTS, WORK_SELECTED } from './memory'
import { add, pointCopy, pointDouble, pointIdentity, pointNegateIf } from './point'

const SUM: usize = WORK_POINTS
const TABLE_BYTES: usize = 8 * ELEMENT_BYTES

/** table = 1·p, 3·p, …, 15·p. */
function oddMultiples(table: usize, p: usize): void {
  pointDouble(SUM, p)
  pointCopy(table, p)
  for (let i: usize = 1; i < 8; i++) {
    add(table + i * ELEMENT_BYTES, table + (i - 1) * ELEMENT_BYTES, SUM)
  }
}

function addDigit(table: usize, digit: i32): void {
  if (digit == 0) return
  const magnitude = digit < 0 ? -digit : digit
  const entry = table + <usize>(magnitude >> 1) * ELEMENT_BYTES
  pointNegateIf(WORK_SELECTED, entry, digit >> 31)
  add(SUM, SUM, WORK_SELECTED)
}

/** r = a·p + b·q for public little-endian scalars below 2^256. */
export function combinePublic(r: usize, p: usize, a: usize, q: usize, b: usize): void {
  slidingWindowPublic(PUBLIC_DIGITS, a)
  slidingWindowPublic(PUBLIC_DIGITS + SLIDING_DIGITS, b)
  oddMultiples(PUBLIC_TABLES, p)
  oddMultiples(PUBLIC_TABLES + TABLE_BYTES, q)
  pointIdentity(SUM)
  let i = SLIDING_DIGITS - 1
  while (i >= 0 && !(load<i8>(PUBLIC_DIGITS + i) | load<i8>(PUBLIC_DIGITS + SLIDING_DIGITS + i))) i--
  for (; i >= 0; i--) {
    pointDouble(SUM, SUM)
    addDigit(PUBLIC_TABLES, <i32>load<i8>(PUBLIC_DIGITS + i))
    addDigit(PUBLIC_TABLES + TABLE_BYTES, <i32>load<i8>(PUBLIC_DIGITS + SLIDING_DIGITS + i))
  }
  pointCopy(r, SUM)
}
