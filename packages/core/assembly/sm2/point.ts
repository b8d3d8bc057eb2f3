// The group law of y² = x³ − 3x + b in homogeneous projective coordinates: the complete formulas of Renes, Costello and
// Batina (eprint 2015/1060), the same steps for every pair of points.
import {
  NUMBER_BYTES,
  numberAdd,
  numberCopy,
  numberNegateIf,
  numberSubtract,
  numberZero,
} from '../common/limbs'
import { B, ONE } from './constants'
import { fieldCarry } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldSquare } from './field-square'
import { WORK_LAW } from './memory'

/** Offsets of Y and Z in an element. */
export const Y: usize = NUMBER_BYTES
export const Z: usize = 2 * NUMBER_BYTES

const T0: usize = WORK_LAW
const T1: usize = T0 + NUMBER_BYTES
const T2: usize = T1 + NUMBER_BYTES
const T3: usize = T2 + NUMBER_BYTES
const T4: usize = T3 + NUMBER_BYTES
const X3: usize = T4 + NUMBER_BYTES
const Y3: usize = X3 + NUMBER_BYTES
const Z3: usize = Y3 + NUMBER_BYTES

/** r = the identity (0 : 1 : 0) */
export function pointIdentity(r: usize): void {
  numberZero(r)
  numberCopy(r + Y, ONE)
  numberZero(r + Z)
}

/** r = p */
export function pointCopy(r: usize, p: usize): void {
  numberCopy(r, p)
  numberCopy(r + Y, p + Y)
  numberCopy(r + Z, p + Z)
}

/** r = mask is all ones ? −p : p */
export function pointNegateIf(r: usize, p: usize, mask: i32): void {
  numberCopy(r, p)
  numberNegateIf(r + Y, p + Y, mask)
  numberCopy(r + Z, p + Z)
}

/** r = −p */
export function negate(r: usize, p: usize): void {
  pointNegateIf(r, p, -1)
}

/** r = x1 · y2 + x2 · y1 = (x1 + y1) · (x2 + y2) − xx − yy, of three tight elements, for the products xx and yy. */
function crossTerm(r: usize, x1: usize, y1: usize, x2: usize, y2: usize, xx: usize, yy: usize): void {
  numberAdd(r, x1, y1)
  numberAdd(Z3, x2, y2)
  fieldMultiply(r, r, Z3)
  numberSubtract(r, r, xx)
  numberSubtract(r, r, yy)
}

/** r = p + q. Algorithm 4; t3, t4, X3, Y3, Z3 as there. */
export function add(r: usize, p: usize, q: usize): void {
  fieldMultiply(T0, p, q)
  fieldMultiply(T1, p + Y, q + Y)
  fieldMultiply(T2, p + Z, q + Z)
  crossTerm(T3, p, p + Y, q, q + Y, T0, T1)
  crossTerm(T4, p + Y, p + Z, q + Y, q + Z, T1, T2)
  crossTerm(Y3, p, p + Z, q, q + Z, T0, T2)
  fieldMultiply(Z3, B, T2)
  numberSubtract(X3, Y3, Z3)
  fieldCarry(X3, X3, 3)
  numberSubtract(Z3, T1, X3)
  numberAdd(X3, T1, X3)
  fieldMultiply(Y3, B, Y3)
  finishShared()
  fieldMultiply(T1, T4, Y3)
  fieldMultiply(T2, T0, Y3)
  fieldMultiply(Y3, X3, Z3)
  numberAdd(Y3, Y3, T2)
  fieldCarry(r + Y, Y3, 1)
  fieldMultiply(X3, T3, X3)
  numberSubtract(X3, X3, T1)
  fieldCarry(r, X3, 1)
  fieldMultiply(Z3, T4, Z3)
  fieldMultiply(T1, T3, T0)
  numberAdd(Z3, Z3, T1)
  fieldCarry(r + Z, Z3, 1)
}

/** Y3 = 3 · (Y3 − 3 · T2 − T0) and T0 = 3 · (T0 − T2); T2 becomes 3 · T2. */
function finishShared(): void {
  numberSubtract(T1, T0, T2)
  numberSubtract(Y3, Y3, T0)
  fieldCarry(T0, T1, 3)
  numberAdd(T1, T2, T2)
  numberAdd(T2, T1, T2)
  numberSubtract(Y3, Y3, T2)
  fieldCarry(Y3, Y3, 3)
}

/** r = 2 · p. Algorithm 6. */
export function pointDouble(r: usize, p: usize): void {
  fieldSquare(T0, p)
  fieldSquare(T1, p + Y)
  fieldSquare(T2, p + Z)
  fieldMultiply(T3, p, p + Y)
  numberAdd(T3, T3, T3)
  fieldMultiply(Z3, p, p + Z)
  numberAdd(Z3, Z3, Z3)
  fieldMultiply(T4, p + Y, p + Z)
  numberAdd(T4, T4, T4)
  fieldMultiply(Y3, B, T2)
  numberSubtract(Y3, Y3, Z3)
  fieldCarry(Y3, Y3, 3)
  numberSubtract(X3, T1, Y3)
  numberAdd(r + Y, T1, Y3)
  fieldMultiply(r + Y, X3, r + Y)
  fieldMultiply(r, X3, T3)
  // 4 · t1 · t4 as the product of both doubled.
  numberAdd(X3, T4, T4)
  numberAdd(T1, T1, T1)
  fieldMultiply(r + Z, X3, T1)
  fieldMultiply(Y3, B, Z3)
  finishShared()
  fieldMultiply(T0, T0, Y3)
  numberAdd(r + Y, r + Y, T0)
  fieldCarry(r + Y, r + Y, 1)
  fieldMultiply(T1, T4, Y3)
  numberSubtract(r, r, T1)
  fieldCarry(r, r, 1)
}
