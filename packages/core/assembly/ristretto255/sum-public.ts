// Sums of multiples of points for public values: Straus with sliding windows, one run of doublings for all terms.
// Variable time.
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

/**
 * r = Σ scalars[i] · points[i] over `count` ≤ 32 consecutive points and little-endian scalars below 2^255, all public.
 */
export function sumPublic(r: usize, points: usize, scalars: usize, count: i32): void {
  const terms = <usize>count
  for (let j: usize = 0; j < terms; j++) {
    slidingWindowPublic(PUBLIC_DIGITS + j * SLIDING_DIGITS, scalars + 32 * j)
    oddMultiples(PUBLIC_TABLES + j * TABLE_BYTES, points + j * ELEMENT_BYTES)
  }
  pointIdentity(SUM)
  for (let i: usize = SLIDING_DIGITS; i-- > 0; ) {
    let digits: i32 = 0
    for (let j: usize = 0; j < terms; j++) digits |= load<i8>(PUBLIC_DIGITS + j * SLIDING_DIGITS + i)
    // Only an addition, or the caller, reads T.
    if (digits || i == 0) pointDouble(SUM, SUM)
    else pointDoubleWithoutT(SUM, SUM)
    if (!digits) continue
    for (let j: usize = 0; j < terms; j++) {
      addDigit(PUBLIC_TABLES + j * TABLE_BYTES, <i32>load<i8>(PUBLIC_DIGITS + j * SLIDING_DIGITS + i))
    }
  }
  pointCopy(r, SUM)
}
