// Scalars modulo the order of the SM2 curve as 32 little-endian bytes, reduced, in and out.
import { NUMBER_BYTES, limbsFromBytes, limbsToBytes } from '../common/limbs'
import {
  numberIsZero,
  scalarAdd,
  scalarInvert,
  scalarIsReduced,
  scalarMultiply,
  scalarReduceWide,
  scalarSubtract,
} from '../common/scalar'
import { WORK_SCALAR } from './memory'
import { ORDER } from './order'

const A: usize = WORK_SCALAR
const B: usize = A + NUMBER_BYTES
const R: usize = B + NUMBER_BYTES
const WORK: usize = R + NUMBER_BYTES

function takeBoth(a: usize, b: usize): void {
  limbsFromBytes(A, a)
  limbsFromBytes(B, b)
}

/** r = a + b */
export function addScalars(r: usize, a: usize, b: usize): void {
  takeBoth(a, b)
  scalarAdd(R, A, B, ORDER)
  limbsToBytes(r, R)
}

/** r = a − b */
export function subtractScalars(r: usize, a: usize, b: usize): void {
  takeBoth(a, b)
  scalarSubtract(R, A, B, ORDER)
  limbsToBytes(r, R)
}

/** r = a · b */
export function multiplyScalars(r: usize, a: usize, b: usize): void {
  takeBoth(a, b)
  scalarMultiply(R, A, B, ORDER)
  limbsToBytes(r, R)
}

/** r = 1/a, and 0 for 0 */
export function invertScalar(r: usize, a: usize): void {
  limbsFromBytes(A, a)
  scalarInvert(R, A, WORK, ORDER)
  limbsToBytes(r, R)
}

/** r = the 512-bit little-endian number at `bytes`, reduced. */
export function reduceScalar(r: usize, bytes: usize): void {
  takeBoth(bytes, bytes + 32)
  scalarReduceWide(R, A, B, WORK, ORDER)
  limbsToBytes(r, R)
}

/** 1 when the scalar is zero. */
export function isZeroScalar(a: usize): i32 {
  limbsFromBytes(A, a)
  return -numberIsZero(A)
}

/** 1 when 32 bytes hold a number below the order. */
export function isReducedScalar(bytes: usize): i32 {
  limbsFromBytes(A, bytes)
  return -scalarIsReduced(A, ORDER)
}
