// Fixed-base multiplication by a secret scalar: 32 rows of multiples of 256^i · G, made once by `initialize`.
import { signedDigits } from '../common/digits'
import {
  NUMBER_BYTES,
  numberAdd,
  numberCopy,
  numberNegateIf,
  numberSelect,
  numberSubtract,
} from '../common/limbs'
import { selectOfNine } from '../common/select'
import { BASE_X, BASE_Y, ONE, TWO_D } from './constants'
import {
  T,
  Y,
  Z,
  pointAddAffine,
  pointAddCached,
  pointCache,
  pointCopy,
  pointDouble,
  pointDoubleWithoutT,
  pointIdentity,
} from './edwards'
import { fieldCarry } from './field25519'
import { fieldMultiply } from './field25519-multiply'
import { fieldInvert } from './field25519-power'
import {
  AFFINE_BYTES,
  ELEMENT_BYTES,
  WORK_DIGITS,
  WORK_POINTS,
  WORK_RISTRETTO,
  WORK_SELECTED,
  WORK_TABLE,
  wipe,
} from './memory'

const ROW_BYTES: usize = 9 * AFFINE_BYTES
/** 32 rows of 0, 1, …, 8 times 256^i · G, affine. */
const BASE_TABLE: usize = memory.data(41472, 16)

const SUM: usize = WORK_POINTS
const POWER: usize = SUM + ELEMENT_BYTES
const SWAP: usize = WORK_RISTRETTO
const INVERSE: usize = SWAP + NUMBER_BYTES
const AFFINE_X: usize = INVERSE + NUMBER_BYTES
const AFFINE_Y: usize = AFFINE_X + NUMBER_BYTES

/** r = the generator of ristretto255. */
export function generator(r: usize): void {
  fieldCarry(r, BASE_X)
  fieldCarry(r + Y, BASE_Y)
  numberCopy(r + Z, ONE)
  fieldMultiply(r + T, r, r + Y)
}

/** r = p as y + x, y − x, 2·d·x·y */
function storeAffine(r: usize, p: usize): void {
  fieldInvert(INVERSE, p + Z)
  fieldMultiply(AFFINE_X, p, INVERSE)
  fieldMultiply(AFFINE_Y, p + Y, INVERSE)
  numberAdd(r, AFFINE_Y, AFFINE_X)
  numberSubtract(r + Y, AFFINE_Y, AFFINE_X)
  fieldMultiply(r + Z, AFFINE_X, AFFINE_Y)
  fieldMultiply(r + Z, r + Z, TWO_D)
  fieldCarry(r, r)
  fieldCarry(r + Y, r + Y)
}

/** Fills the table of the generator; called once, before anything else. */
export function initialize(): void {
  generator(POWER)
  for (let row: usize = 0; row < 32; row++) {
    const at = BASE_TABLE + row * ROW_BYTES
    pointCache(WORK_TABLE, POWER)
    pointIdentity(SUM)
    storeAffine(at, SUM)
    for (let i: usize = 1; i <= 8; i++) {
      pointAddCached(SUM, SUM, WORK_TABLE)
      storeAffine(at + i * AFFINE_BYTES, SUM)
    }
    for (let i: i32 = 0; i < 8; i++) pointDouble(POWER, POWER)
  }
  wipe()
}

/** SUM = SUM + digit · 256^row · G for a secret digit in [−8, 8]. */
function addDigit(row: usize, digit: i32): void {
  const negative = digit >> 31
  selectOfNine(WORK_SELECTED, BASE_TABLE + row * ROW_BYTES, AFFINE_BYTES, (digit ^ negative) - negative)
  numberCopy(SWAP, WORK_SELECTED)
  numberSelect(WORK_SELECTED, WORK_SELECTED + Y, negative)
  numberSelect(WORK_SELECTED + Y, SWAP, negative)
  numberNegateIf(WORK_SELECTED + Z, WORK_SELECTED + Z, negative)
  pointAddAffine(SUM, SUM, WORK_SELECTED)
}

/** r = scalar · G, for a little-endian scalar below 2^254. */
export function multiplyBase(r: usize, scalar: usize): void {
  signedDigits(WORK_DIGITS, scalar)
  pointIdentity(SUM)
  for (let i: usize = 0; i < 32; i++) addDigit(i, <i32>load<i8>(WORK_DIGITS + 2 * i, 1))
  pointDoubleWithoutT(SUM, SUM)
  pointDoubleWithoutT(SUM, SUM)
  pointDoubleWithoutT(SUM, SUM)
  pointDouble(SUM, SUM)
  for (let i: usize = 0; i < 32; i++) addDigit(i, <i32>load<i8>(WORK_DIGITS + 2 * i))
  pointCopy(r, SUM)
}

/** `count` times r = scalar · G for consecutive scalars and elements. */
export function multiplyBaseMany(r: usize, scalars: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) multiplyBase(r + i * ELEMENT_BYTES, scalars + 32 * i)
}
