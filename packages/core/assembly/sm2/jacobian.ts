// Jacobian coordinates (x = X/Z², y = Y/Z³) for the inner loops of multiplication, where a doubling takes three products and
// five squares and not ten and three, and the addition of an affine point eleven and not fourteen: "dbl-2001-b" of Bernstein
// for a = −3, and the addition of Cohen, Miyaji and Ono. Neither is complete: see each.
import { NUMBER_BYTES, numberAdd, numberSubtract } from '../common/limbs'
import { fieldCarry } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldSquare } from './field-square'
import { WORK_LAW } from './memory'
import { Y, Z } from './point'

const DELTA: usize = WORK_LAW
const GAMMA: usize = DELTA + NUMBER_BYTES
const BETA: usize = GAMMA + NUMBER_BYTES
const ALPHA: usize = BETA + NUMBER_BYTES
const SUM: usize = ALPHA + NUMBER_BYTES

/** p = 2^count · p, for a p that is not the identity, and in a group of odd order never comes to be it. */
export function doubleTimes(p: usize, count: i32): void {
  for (let i = 0; i < count; i++) double(p)
}

/** p = p in the homogeneous coordinates of the complete formulas, for a p that is not the identity. */
export function toHomogeneous(p: usize): void {
  fieldMultiply(p, p, p + Z)
  fieldSquare(SUM, p + Z)
  fieldMultiply(p + Z, SUM, p + Z)
}

const SQUARE: usize = WORK_LAW
const H: usize = SQUARE + NUMBER_BYTES
const R: usize = H + NUMBER_BYTES
const V: usize = R + NUMBER_BYTES

/** p = p + q for a q in affine coordinates, neither the identity nor ±q: there h is zero, and so is the new Z. */
export function addAffine(p: usize, q: usize): void {
  fieldSquare(SQUARE, p + Z)
  fieldMultiply(H, q, SQUARE)
  fieldMultiply(R, q + Y, SQUARE)
  fieldMultiply(R, R, p + Z)
  numberSubtract(H, H, p)
  numberSubtract(R, R, p + Y)
  fieldMultiply(p + Z, p + Z, H)
  fieldSquare(SQUARE, H)
  fieldMultiply(H, H, SQUARE)
  fieldMultiply(V, p, SQUARE)
  // X = r² − h³ − 2 · v
  fieldSquare(SQUARE, R)
  numberSubtract(SQUARE, SQUARE, H)
  numberSubtract(SQUARE, SQUARE, V)
  numberSubtract(SQUARE, SQUARE, V)
  fieldCarry(p, SQUARE, 1)
  // Y = r · (v − X) − Y · h³
  numberSubtract(V, V, p)
  fieldMultiply(V, R, V)
  fieldMultiply(H, p + Y, H)
  numberSubtract(V, V, H)
  fieldCarry(p + Y, V, 1)
}

/** p = 2 · p in Jacobian coordinates. */
function double(p: usize): void {
  fieldSquare(DELTA, p + Z)
  fieldSquare(GAMMA, p + Y)
  fieldMultiply(BETA, p, GAMMA)
  numberSubtract(ALPHA, p, DELTA)
  numberAdd(SUM, p, DELTA)
  fieldMultiply(ALPHA, ALPHA, SUM)
  fieldCarry(ALPHA, ALPHA, 3)
  numberAdd(SUM, p + Y, p + Z)
  fieldSquare(SUM, SUM)
  numberSubtract(SUM, SUM, GAMMA)
  numberSubtract(SUM, SUM, DELTA)
  fieldCarry(p + Z, SUM, 1)
  // 4 · β from here on, as a sum of two; X = α² − 8 · β.
  fieldCarry(BETA, BETA, 2)
  numberAdd(BETA, BETA, BETA)
  fieldSquare(SUM, ALPHA)
  numberSubtract(SUM, SUM, BETA)
  numberSubtract(SUM, SUM, BETA)
  fieldCarry(p, SUM, 1)
  // Y = α · (4 · β − X) − 8 · γ²
  numberSubtract(BETA, BETA, p)
  fieldMultiply(BETA, ALPHA, BETA)
  numberAdd(GAMMA, GAMMA, GAMMA)
  fieldSquare(GAMMA, GAMMA)
  numberSubtract(BETA, BETA, GAMMA)
  numberSubtract(BETA, BETA, GAMMA)
  fieldCarry(p + Y, BETA, 1)
}
