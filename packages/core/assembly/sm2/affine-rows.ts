// Rows of odd multiples of points in affine coordinates, for multiplication by signed odd digits.
import { NUMBER_BYTES, numberCopy, numberNegateIf, numberZero } from '../common/limbs'
import { selectOfNine } from '../common/select'
import { ONE } from './constants'
import { fieldMultiply } from './field-multiply'
import { INVERSES, MOST_INVERSES, invertEachZ, wipeInverses } from './invert-each'
import { ELEMENT_BYTES, WORK_POINTS } from './memory'
import { Y, add, pointCopy, pointDouble } from './point'

const AFFINE_BYTES: usize = 2 * NUMBER_BYTES
/** A row of p: 1·p, 3·p, …, 15·p, and (0, 1) behind them, the X and Y of the identity. */
export const ROW_BYTES: usize = 9 * AFFINE_BYTES
/** Rows that share an inversion. */
export const SHARED_ROWS: usize = MOST_INVERSES / 8

/** Multiples of the points of as many rows, before they are affine. */
const MULTIPLES: usize = memory.data(9216, 16)
const DOUBLE: usize = WORK_POINTS + ELEMENT_BYTES

/** Rows of `count` consecutive elements, none the identity. */
export function fillRows(rows: usize, p: usize, count: usize): void {
  for (let from: usize = 0; from < count; from += SHARED_ROWS) {
    const some = min(count - from, SHARED_ROWS)
    for (let i: usize = 0; i < some; i++) {
      oddMultiples(MULTIPLES + 8 * i * ELEMENT_BYTES, p + (from + i) * ELEMENT_BYTES)
    }
    invertEachZ(MULTIPLES, 8 * some)
    for (let i: usize = 0; i < some; i++) fillRow(rows + (from + i) * ROW_BYTES, 8 * i)
  }
  memory.fill(MULTIPLES, 0, MOST_INVERSES * ELEMENT_BYTES)
  wipeInverses()
}

/** multiples = 1·p, 3·p, …, 15·p. */
function oddMultiples(multiples: usize, p: usize): void {
  pointDouble(DOUBLE, p)
  pointCopy(multiples, p)
  for (let i: usize = 1; i < 8; i++) {
    add(multiples + i * ELEMENT_BYTES, multiples + (i - 1) * ELEMENT_BYTES, DOUBLE)
  }
}

/** row = the eight multiples from number `first` on. */
function fillRow(row: usize, first: usize): void {
  for (let i: usize = 0; i < 8; i++) {
    const multiple = MULTIPLES + (first + i) * ELEMENT_BYTES
    const inverse = INVERSES + (first + i) * NUMBER_BYTES
    fieldMultiply(row + i * AFFINE_BYTES, multiple, inverse)
    fieldMultiply(row + i * AFFINE_BYTES + Y, multiple + Y, inverse)
  }
  numberZero(row + 8 * AFFINE_BYTES)
  numberCopy(row + 8 * AFFINE_BYTES + Y, ONE)
}

/** r = X and Y of digit · p from its row, for a secret odd digit in [−15, 15]. */
export function selectOdd(r: usize, row: usize, digit: i32): void {
  const negative = digit >> 31
  selectOfNine(r, row, AFFINE_BYTES, ((digit ^ negative) - negative) >> 1)
  numberNegateIf(r + Y, r + Y, negative)
}

/** r = X and Y of −p from its row for entry 0, and of the identity for entry 8; the entry is secret. */
export function selectNegative(r: usize, row: usize, entry: i32): void {
  selectOfNine(r, row, AFFINE_BYTES, entry)
  numberNegateIf(r + Y, r + Y, -1)
}
