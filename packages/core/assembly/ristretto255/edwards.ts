// The group law of −x² + y² = 1 + d·x²·y² in extended coordinates (Hisil, Wong, Carter, Dawson, eprint 2008/522),
// complete on this curve: the same steps for every pair of points.
import {
  NUMBER_BYTES,
  numberAdd,
  numberCopy,
  numberNegateIf,
  numberSubtract,
  numberZero,
} from '../common/limbs'
import { ONE, TWO_D } from './constants'
import { fieldMultiply } from './field25519-multiply'
import { fieldSquare } from './field25519-square'
import { WORK_LAW, WORK_SELECTED } from './memory'

/** Offsets of Y, Z and T in an element, of Y − X, 2·Z and 2·d·T in a cached one. */
export const Y: usize = NUMBER_BYTES
export const Z: usize = 2 * NUMBER_BYTES
export const T: usize = 3 * NUMBER_BYTES

const A: usize = WORK_LAW
const B: usize = A + NUMBER_BYTES
const E: usize = B + NUMBER_BYTES
const F: usize = E + NUMBER_BYTES
const G: usize = F + NUMBER_BYTES
const H: usize = G + NUMBER_BYTES

/** r = the identity (0, 1) */
export function pointIdentity(r: usize): void {
  numberZero(r)
  numberCopy(r + Y, ONE)
  numberCopy(r + Z, ONE)
  numberZero(r + T)
}

/** r = p */
export function pointCopy(r: usize, p: usize): void {
  for (let i: usize = 0; i < 4 * NUMBER_BYTES; i += NUMBER_BYTES) numberCopy(r + i, p + i)
}

/** X, Y, Z of r = 2·p, leaving E and H for T. dbl-2008-hwcd with F and H negated. */
export function pointDoubleWithoutT(r: usize, p: usize): void {
  numberAdd(E, p, p + Y)
  fieldSquare(E, E)
  fieldSquare(A, p)
  fieldSquare(B, p + Y)
  fieldSquare(F, p + Z)
  numberAdd(H, A, B)
  numberSubtract(E, E, H)
  numberSubtract(G, A, B)
  numberAdd(F, F, F)
  numberAdd(F, F, G)
  numberSubtract(G, B, A)
  fieldMultiply(r, E, F)
  fieldMultiply(r + Y, G, H)
  fieldMultiply(r + Z, F, G)
}

/** r = 2·p */
export function pointDouble(r: usize, p: usize): void {
  pointDoubleWithoutT(r, p)
  fieldMultiply(r + T, E, H)
}

/** r = q with its coordinates as the additions below take them. */
export function pointCache(r: usize, q: usize): void {
  fieldMultiply(A, q + T, TWO_D)
  numberAdd(B, q + Y, q)
  numberSubtract(r + Y, q + Y, q)
  numberCopy(r, B)
  numberAdd(r + Z, q + Z, q + Z)
  numberCopy(r + T, A)
}

/** E, H from the products A = (Y1 − X1)(Y2 − X2) and B = (Y1 + X1)(Y2 + X2); then r from E, F, G, H. */
function finishAddition(r: usize): void {
  numberSubtract(E, B, A)
  numberAdd(H, B, A)
  fieldMultiply(r, E, F)
  fieldMultiply(r + Y, G, H)
  fieldMultiply(r + Z, F, G)
  fieldMultiply(r + T, E, H)
}

/** r = p + q for a cached q. add-2008-hwcd-3. */
export function pointAddCached(r: usize, p: usize, q: usize): void {
  numberSubtract(A, p + Y, p)
  numberAdd(B, p + Y, p)
  fieldMultiply(A, A, q + Y)
  fieldMultiply(B, B, q)
  fieldMultiply(E, p + T, q + T)
  fieldMultiply(H, p + Z, q + Z)
  numberSubtract(F, H, E)
  numberAdd(G, H, E)
  finishAddition(r)
}

/** r = p + q for an affine multiple of the generator: y + x, y − x, 2·d·x·y. madd-2008-hwcd-3. */
export function pointAddAffine(r: usize, p: usize, q: usize): void {
  numberSubtract(A, p + Y, p)
  numberAdd(B, p + Y, p)
  fieldMultiply(A, A, q + Y)
  fieldMultiply(B, B, q)
  fieldMultiply(E, p + T, q + Z)
  numberAdd(H, p + Z, p + Z)
  numberSubtract(F, H, E)
  numberAdd(G, H, E)
  finishAddition(r)
}

/** r = p + q */
export function add(r: usize, p: usize, q: usize): void {
  pointCache(WORK_SELECTED, q)
  pointAddCached(r, p, WORK_SELECTED)
}

/** r = −p */
export function negate(r: usize, p: usize): void {
  pointCopy(r, p)
  numberNegateIf(r, p, -1)
  numberNegateIf(r + T, p + T, -1)
}
