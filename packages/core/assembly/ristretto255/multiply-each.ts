// One element times many secret scalars: 32 rows of multiples of 256^i · p serve them all.
import { signedDigits } from '../common/digits'
import { pointAddCached, pointCopy, pointDouble, pointDoubleWithoutT, pointIdentity } from './edwards'
import { CACHED_BYTES, ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, WORK_SELECTED } from './memory'
import { buildTable, selectCached } from './multiply'

const ROWS: usize = 32
const ROW_BYTES: usize = 9 * CACHED_BYTES
const TABLES_BYTES: usize = ROWS * ROW_BYTES + ELEMENT_BYTES
/** 32 rows of 0, 1, …, 8 times 256^i · p, cached, and the next power. Zeroed after each call. */
const TABLES: usize = memory.data(55488, 16)
const POWER: usize = TABLES + ROWS * ROW_BYTES

const SUM: usize = WORK_POINTS

/** `count` times r = scalar · p for consecutive scalars below 2^254 and elements r, apart from p and the scalars. */
export function multiplyEach(r: usize, p: usize, scalars: usize, count: i32): void {
  pointCopy(POWER, p)
  for (let row: usize = 0; row < ROWS; row++) {
    buildTable(TABLES + row * ROW_BYTES, POWER)
    for (let i: i32 = 0; i < 7; i++) pointDoubleWithoutT(POWER, POWER)
    pointDouble(POWER, POWER)
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    signedDigits(WORK_DIGITS, scalars + 32 * i)
    pointIdentity(SUM)
    addDigits(1)
    pointDoubleWithoutT(SUM, SUM)
    pointDoubleWithoutT(SUM, SUM)
    pointDoubleWithoutT(SUM, SUM)
    pointDouble(SUM, SUM)
    addDigits(0)
    pointCopy(r + i * ELEMENT_BYTES, SUM)
  }
  memory.fill(TABLES, 0, TABLES_BYTES)
}

/** SUM = SUM + the even digits, from `first` 0, or the odd ones, from 1, each in its row. */
function addDigits(first: usize): void {
  for (let row: usize = 0; row < ROWS; row++) {
    selectCached(TABLES + row * ROW_BYTES, <i32>load<i8>(WORK_DIGITS + 2 * row + first))
    pointAddCached(SUM, SUM, WORK_SELECTED)
  }
}
