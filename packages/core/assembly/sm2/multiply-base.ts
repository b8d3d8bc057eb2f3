// Fixed-base multiplication by secret scalars: 33 rows of multiples of 256^i · G, made once by `initialize`, or of another
// element, made for one call.
import { signedDigits } from '../common/digits'
import { numberCopy } from '../common/limbs'
import { BASE_X, BASE_Y, ONE } from './constants'
import { fieldCarry } from './field'
import { ELEMENT_BYTES, WORK_DIGITS, WORK_POINTS, wipe } from './memory'
import { addMultiple, multiplesToEight } from './multiply'
import { Y, Z, pointCopy, pointDouble, pointIdentity } from './point'

const ROWS: usize = 33
const ROW_BYTES: usize = 9 * ELEMENT_BYTES
/** 33 rows of 0, 1, …, 8 times 256^i · G. */
const BASE_TABLE: usize = memory.data(42768, 16)
/** The same of another element while `multiplyEach` runs. */
const EACH_TABLE: usize = memory.data(42768, 16)

const SUM: usize = WORK_POINTS
const POWER: usize = SUM + ELEMENT_BYTES

/** r = the generator. */
export function generator(r: usize): void {
  fieldCarry(r, BASE_X, 1)
  fieldCarry(r + Y, BASE_Y, 1)
  numberCopy(r + Z, ONE)
}

/** Fills the table of the generator; called once, before anything else. */
export function initialize(): void {
  generator(POWER)
  fillRows(BASE_TABLE)
  wipe()
}

/** Rows of multiples of 256^i · POWER, which changes. */
function fillRows(table: usize): void {
  for (let row: usize = 0; row < ROWS; row++) {
    multiplesToEight(table + row * ROW_BYTES, POWER)
    for (let i: i32 = 0; i < 8; i++) pointDouble(POWER, POWER)
  }
}

/** r = scalar · p for the rows of p. */
function multiplyByRows(r: usize, table: usize, scalar: usize): void {
  signedDigits(WORK_DIGITS, scalar)
  pointIdentity(SUM)
  for (let i: usize = 0; i < ROWS - 1; i++) {
    addMultiple(SUM, table + i * ROW_BYTES, <i32>load<i8>(WORK_DIGITS + 2 * i, 1))
  }
  for (let i: i32 = 0; i < 4; i++) pointDouble(SUM, SUM)
  for (let i: usize = 0; i < ROWS; i++) {
    addMultiple(SUM, table + i * ROW_BYTES, <i32>load<i8>(WORK_DIGITS + 2 * i))
  }
  pointCopy(r, SUM)
}

/** r = scalar · G */
export function multiplyBase(r: usize, scalar: usize): void {
  multiplyByRows(r, BASE_TABLE, scalar)
}

/** `count` times r = scalar · p for consecutive scalars and elements r, apart from p and the scalars. */
export function multiplyEach(r: usize, p: usize, scalars: usize, count: i32): void {
  pointCopy(POWER, p)
  fillRows(EACH_TABLE)
  for (let i: usize = 0; i < <usize>count; i++) {
    multiplyByRows(r + i * ELEMENT_BYTES, EACH_TABLE, scalars + 32 * i)
  }
  memory.fill(EACH_TABLE, 0, ROWS * ROW_BYTES)
}

/** `count` times r = scalar · G for consecutive scalars and elements. */
export function multiplyBaseMany(r: usize, scalars: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) multiplyBase(r + i * ELEMENT_BYTES, scalars + 32 * i)
}
