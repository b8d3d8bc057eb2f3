// a·P + b·Q for public values: Straus with sliding windows. Variable time.
import { slidingWindowPublic, SLIDING_DIGITS } from '../common/sliding-window'
import { numberCopy, numberNegateIf } from '../common/limbs'
import {
  T,
  Y,
  Z,
  pointAddCached,
  pointCache,
  pointCopy,
  pointDouble,
  pointDoubleWithoutT,
  pointIdentity,
} from './edwards'
import {
  CACHED_BYTES,
  ELEMENT_BYTES,
  PUBLIC_DIGITS,
  PUBLIC_TABLES,
  WORK_POINTS,
  WORK_SELECTED,
} from './memory'

const SUM: usize = WORK_POINTS
const TWICE: usize = SUM + ELEMENT_BYTES
const TABLE_BYTES: usize = 8 * CACHED_BYTES

/** table = 1·p, 3·p, …, 15·p, cached. */
function oddMultiples(table: usize, p: usize): void {
  pointDouble(TWICE, p)
  pointCache(WORK_SELECTED, TWICE)
  pointCopy(SUM, p)
  pointCache(table, SUM)
  for (let i: usize = 1; i < 8; i++) {
    pointAddCached(SUM, SUM, WORK_SELECTED)
    pointCache(table + i * CACHED_BYTES, SUM)
  }
}

function addDigit(table: usize, digit: i32): void {
  if (digit == 0) return
  if (digit > 0) {
    pointAddCached(SUM, SUM, table + <usize>(digit >> 1) * CACHED_BYTES)
  } else {
    const entry = table + <usize>(-digit >> 1) * CACHED_BYTES
    numberCopy(WORK_SELECTED, entry + Y)
    numberCopy(WORK_SELECTED + Y, entry)
    numberCopy(WORK_SELECTED + Z, entry + Z)
    numberNegateIf(WORK_SELECTED + T, entry + T, -1)
    pointAddCached(SUM, SUM, WORK_SELECTED)
  }
}

/** r = a·p + b·q for public little-endian scalars below 2^255. */
export function combinePublic(r: usize, p: usize, a: usize, q: usize, b: usize): void {
  slidingWindowPublic(PUBLIC_DIGITS, a)
  slidingWindowPublic(PUBLIC_DIGITS + SLIDING_DIGITS, b)
  oddMultiples(PUBLIC_TABLES, p)
  oddMultiples(PUBLIC_TABLES + TABLE_BYTES, q)
  pointIdentity(SUM)
  let i = SLIDING_DIGITS - 1
  while (i >= 0 && !(load<i8>(PUBLIC_DIGITS + i) | load<i8>(PUBLIC_DIGITS + SLIDING_DIGITS + i))) i--
  for (; i >= 0; i--) {
    const digitA = <i32>load<i8>(PUBLIC_DIGITS + i)
    const digitB = <i32>load<i8>(PUBLIC_DIGITS + SLIDING_DIGITS + i)
    // Only an addition, or the caller, reads T.
    if (digitA | digitB || i == 0) pointDouble(SUM, SUM)
    else pointDoubleWithoutT(SUM, SUM)
    addDigit(PUBLIC_TABLES, digitA)
    addDigit(PUBLIC_TABLES + TABLE_BYTES, digitB)
  }
  pointCopy(r, SUM)
}
