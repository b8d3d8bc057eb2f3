// Sums of multiples of points for public values: Straus with sliding windows, one run of doublings for all terms.
// Variable time.
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

/**
 * r = Σ scalars[i] · points[i] over `count` ≤ 32 consecutive points and little-endian scalars below 2^256, all public.
 */
export function sumPublic(r: usize, points: usize, scalars: usize, count: i32): void {
  const terms = <usize>count
  for (let j: usize = 0; j < terms; j++) {
    slidingWindowPublic(PUBLIC_DIGITS + j * SLIDING_DIGITS, scalars + 32 * j)
    oddMultiples(PUBLIC_TABLES + j * TABLE_BYTES, points + j * ELEMENT_BYTES)
  }
  pointIdentity(SUM)
  for (let i: usize = SLIDING_DIGITS; i-- > 0; ) {
    pointDouble(SUM, SUM)
    for (let j: usize = 0; j < terms; j++) {
      addDigit(PUBLIC_TABLES + j * TABLE_BYTES, <i32>load<i8>(PUBLIC_DIGITS + j * SLIDING_DIGITS + i))
    }
  }
  pointCopy(r, SUM)
}
