// Variable-base multiplication by a secret scalar: signed windows of four bits, table entries read by scan and mask.
import { signedDigits } from '../common/digits'
import { numberCopy, numberNegateIf, numberSelect } from '../common/limbs'
import { selectOfNine } from '../common/select'
import {
  T,
  Y,
  pointAddCached,
  pointCache,
  pointCopy,
  pointDouble,
  pointDoubleWithoutT,
  pointIdentity,
} from './edwards'
import { CACHED_BYTES, ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, WORK_SELECTED, WORK_TABLE } from './memory'

const SUM: usize = WORK_POINTS
const MULTIPLE: usize = SUM + ELEMENT_BYTES

/** table = 0·p, 1·p, …, 8·p, cached. */
export function buildTable(table: usize, p: usize): void {
  pointIdentity(MULTIPLE)
  pointCache(table, MULTIPLE)
  pointCopy(MULTIPLE, p)
  pointCache(table + CACHED_BYTES, MULTIPLE)
  for (let i: usize = 2; i <= 8; i++) {
    pointAddCached(MULTIPLE, MULTIPLE, table + CACHED_BYTES)
    pointCache(table + i * CACHED_BYTES, MULTIPLE)
  }
}

/** WORK_SELECTED = digit · p from the multiples of p in a table, for a secret digit in [−8, 8]. */
export function selectCached(table: usize, digit: i32): void {
  const negative = digit >> 31
  selectOfNine(WORK_SELECTED, table, CACHED_BYTES, (digit ^ negative) - negative)
  // −(x, y) = (−x, y): the sum and the difference change places and T its sign.
  numberCopy(MULTIPLE, WORK_SELECTED)
  numberSelect(WORK_SELECTED, WORK_SELECTED + Y, negative)
  numberSelect(WORK_SELECTED + Y, MULTIPLE, negative)
  numberNegateIf(WORK_SELECTED + T, WORK_SELECTED + T, negative)
}

/** r = Σ digit_i · 16^i · p for the table's p and the digits at WORK_DIGITS. */
export function multiplyByDigits(r: usize): void {
  pointIdentity(SUM)
  selectCached(WORK_TABLE, <i32>load<i8>(WORK_DIGITS, 63))
  pointAddCached(SUM, SUM, WORK_SELECTED)
  for (let i: i32 = 62; i >= 0; i--) {
    pointDoubleWithoutT(SUM, SUM)
    pointDoubleWithoutT(SUM, SUM)
    pointDoubleWithoutT(SUM, SUM)
    pointDouble(SUM, SUM)
    selectCached(WORK_TABLE, <i32>load<i8>(WORK_DIGITS + i))
    pointAddCached(SUM, SUM, WORK_SELECTED)
  }
  pointCopy(r, SUM)
}

/** r = scalar · p, for a little-endian scalar below 2^254. */
export function multiply(r: usize, p: usize, scalar: usize): void {
  signedDigits(WORK_DIGITS, scalar)
  buildTable(WORK_TABLE, p)
  multiplyByDigits(r)
}

/** `count` times r = scalar · p for consecutive elements p and r, which may be the same. */
export function multiplyMany(r: usize, p: usize, scalar: usize, count: i32): void {
  signedDigits(WORK_DIGITS, scalar)
  for (let i: usize = 0; i < <usize>count; i++) {
    buildTable(WORK_TABLE, p + i * ELEMENT_BYTES)
    multiplyByDigits(r + i * ELEMENT_BYTES)
  }
}
