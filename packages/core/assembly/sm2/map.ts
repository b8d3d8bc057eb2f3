// The map from uniform bytes to the SM2 curve: simplified SWU for the random-oracle variant, RFC 9380 sections 3 and 6.6.2
// in the straight-line form of appendix F.2, with Z = −9.
import { NUMBER_BYTES, numberAdd, numberCopy, numberNegateIf, numberSelect } from '../common/limbs'
import { A, B, ONE, Z_MAP } from './constants'
import { fieldCarry, fieldFromWideBytes, fieldIsOdd, fieldIsZero } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldSquareRootRatio } from './field-power'
import { fieldSquare } from './field-square'
import { ELEMENT_BYTES, WORK_POINT, WORK_POINTS } from './memory'
import { Y, Z, add } from './point'

const FIRST: usize = WORK_POINTS
const SECOND: usize = FIRST + ELEMENT_BYTES

// tv1 to tv6, y1 and u of the appendix.
const INPUT: usize = WORK_POINT
const TV1: usize = INPUT + NUMBER_BYTES
const TV2: usize = TV1 + NUMBER_BYTES
const TV3: usize = TV2 + NUMBER_BYTES
const TV4: usize = TV3 + NUMBER_BYTES
const TV5: usize = TV4 + NUMBER_BYTES
const TV6: usize = TV5 + NUMBER_BYTES
const ROOT: usize = TV6 + NUMBER_BYTES

/** map_to_curve_simple_swu for the big-endian number at 48 bytes. */
function map(r: usize, bytes: usize): void {
  fieldFromWideBytes(INPUT, bytes)
  fieldSquare(TV1, INPUT)
  fieldMultiply(TV1, TV1, Z_MAP)
  fieldSquare(TV2, TV1)
  numberAdd(TV2, TV2, TV1)
  numberAdd(TV3, TV2, ONE)
  fieldMultiply(TV3, TV3, B)
  numberNegateIf(TV4, TV2, -1)
  numberSelect(TV4, Z_MAP, fieldIsZero(TV2))
  fieldMultiply(TV4, TV4, A)
  fieldSquare(TV2, TV3)
  fieldSquare(TV6, TV4)
  fieldMultiply(TV5, TV6, A)
  numberAdd(TV2, TV2, TV5)
  fieldMultiply(TV2, TV2, TV3)
  fieldMultiply(TV6, TV6, TV4)
  fieldMultiply(TV5, TV6, B)
  numberAdd(TV2, TV2, TV5)
  fieldMultiply(r, TV1, TV3)
  const isSquare = fieldSquareRootRatio(ROOT, TV2, TV6)
  fieldMultiply(TV5, TV1, INPUT)
  fieldMultiply(TV5, TV5, ROOT)
  numberSelect(r, TV3, isSquare)
  numberSelect(TV5, ROOT, isSquare)
  // y takes the sign of u; (x / tv4, y) is (x : y · tv4 : tv4).
  numberNegateIf(TV5, TV5, fieldIsOdd(INPUT) ^ fieldIsOdd(TV5))
  fieldMultiply(r + Y, TV5, TV4)
  numberCopy(r + Z, TV4)
  fieldCarry(r, r, 1)
  fieldCarry(r + Y, r + Y, 1)
  fieldCarry(r + Z, r + Z, 1)
}

/** r = the element derived from 96 uniform bytes: the sum of the maps of both halves. */
export function fromUniformBytes(r: usize, bytes: usize): void {
  map(FIRST, bytes)
  map(SECOND, bytes + 48)
  add(r, FIRST, SECOND)
}
