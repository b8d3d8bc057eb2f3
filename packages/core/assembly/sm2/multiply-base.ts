// Fixed-base multiplication by secret scalars: 32 rows of odd multiples of 256^i · G, made once by `initialize`, or of another
// element, made for one call. First the digits of odd number, from the top, and sixteen times their sum; then the others.
//
// No sum before the last is ±the term that it takes in. It is positive and larger than any term that is left, and with that
// term added or taken away it is even, as the whole is odd and number 0 is missing, so that it is not the order either.
import { signedOddDigits } from '../common/digits'
import { numberCopy } from '../common/limbs'
import { ROW_BYTES, fillRows } from './affine-rows'
import { BASE_X, BASE_Y, ONE } from './constants'
import { fieldCarry } from './field'
import { doubleTimes } from './jacobian'
import { ELEMENT_BYTES, WORK_DIGITS, wipe } from './memory'
import { SUM, addDigit, finishSum, startSum } from './multiply'
import { Y, Z, pointCopy, pointDouble } from './point'

const ROWS: usize = 32
const BASE_ROWS: usize = memory.data(27648, 16)
/** Those of another element while `multiplyEach` runs. */
const EACH_ROWS: usize = memory.data(27648, 16)
/** 256^i · p of every row. */
const POWERS: usize = memory.data(4608, 16)

/** r = the generator. */
export function generator(r: usize): void {
  fieldCarry(r, BASE_X, 1)
  fieldCarry(r + Y, BASE_Y, 1)
  numberCopy(r + Z, ONE)
}

/** Fills the rows of the generator; called once, before anything else. */
export function initialize(): void {
  generator(POWERS)
  fillFromFirst(BASE_ROWS)
  wipe()
}

/** Rows of multiples of 256^i times the first of the powers. */
function fillFromFirst(rows: usize): void {
  for (let power = POWERS; power < POWERS + (ROWS - 1) * ELEMENT_BYTES; power += ELEMENT_BYTES) {
    pointDouble(power + ELEMENT_BYTES, power)
    for (let i: i32 = 1; i < 8; i++) pointDouble(power + ELEMENT_BYTES, power + ELEMENT_BYTES)
  }
  fillRows(rows, POWERS, ROWS)
}

/** r = scalar · p for the rows of p. */
function multiplyByRows(r: usize, rows: usize, scalar: usize): void {
  signedOddDigits(WORK_DIGITS, scalar)
  startSum(rows + (ROWS - 1) * ROW_BYTES, 63)
  for (let i: usize = ROWS - 1; i-- > 0; ) addDigit(rows + i * ROW_BYTES, 2 * i + 1)
  doubleTimes(SUM, 4)
  for (let i: usize = ROWS - 1; i > 0; i--) addDigit(rows + i * ROW_BYTES, 2 * i)
  finishSum(r, rows)
}

/** r = scalar · G */
export function multiplyBase(r: usize, scalar: usize): void {
  multiplyByRows(r, BASE_ROWS, scalar)
}

/** `count` times r = scalar · p for consecutive scalars and elements r, apart from p and the scalars. */
export function multiplyEach(r: usize, p: usize, scalars: usize, count: i32): void {
  pointCopy(POWERS, p)
  fillFromFirst(EACH_ROWS)
  for (let i: usize = 0; i < <usize>count; i++) {
    multiplyByRows(r + i * ELEMENT_BYTES, EACH_ROWS, scalars + 32 * i)
  }
  memory.fill(POWERS, 0, ROWS * ELEMENT_BYTES)
  memory.fill(EACH_ROWS, 0, ROWS * ROW_BYTES)
}

/** `count` times r = scalar · G for consecutive scalars and elements. */
export function multiplyBaseMany(r: usize, scalars: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) multiplyBase(r + i * ELEMENT_BYTES, scalars + 32 * i)
}
