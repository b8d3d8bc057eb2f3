// The map from uniform bytes to ristretto255, RFC 9496 section 4.3.4.
import { NUMBER_BYTES, numberAdd, numberNegateIf, numberSelect, numberSubtract } from '../common/limbs'
import { D, D_MINUS_ONE_SQ, ONE, ONE_MINUS_D_SQ, SQRT_AD_MINUS_ONE, SQRT_M1 } from './constants'
import { T, Y, Z, pointAddCached, pointCache } from './edwards'
import { fieldAbsolute, fieldFromBytes } from './field25519'
import { fieldMultiply } from './field25519-multiply'
import { fieldSquareRootRatio } from './field25519-power'
import { fieldSquare } from './field25519-square'
import { ELEMENT_BYTES, WORK_POINTS, WORK_RISTRETTO, WORK_SELECTED } from './memory'

const FIRST: usize = WORK_POINTS
const SECOND: usize = FIRST + ELEMENT_BYTES

const INPUT: usize = WORK_RISTRETTO
const R: usize = INPUT + NUMBER_BYTES
const U: usize = R + NUMBER_BYTES
const V: usize = U + NUMBER_BYTES
const S: usize = V + NUMBER_BYTES
const C: usize = S + NUMBER_BYTES
const N: usize = C + NUMBER_BYTES
const W: usize = N + NUMBER_BYTES

/** MAP of section 4.3.4 for the low 255 bits of 32 bytes. */
function map(r: usize, bytes: usize): void {
  fieldFromBytes(INPUT, bytes)
  fieldSquare(R, INPUT)
  fieldMultiply(R, R, SQRT_M1)
  numberAdd(U, R, ONE)
  fieldMultiply(U, U, ONE_MINUS_D_SQ)
  fieldMultiply(V, R, D)
  numberAdd(V, V, ONE)
  numberNegateIf(V, V, -1)
  numberAdd(W, R, D)
  fieldMultiply(V, V, W)

  const isSquare = fieldSquareRootRatio(S, U, V)
  fieldMultiply(W, S, INPUT)
  fieldAbsolute(W, W)
  numberNegateIf(W, W, -1)
  numberSelect(S, W, ~isSquare)
  numberNegateIf(C, ONE, -1)
  numberSelect(C, R, ~isSquare)

  numberSubtract(N, R, ONE)
  fieldMultiply(N, N, C)
  fieldMultiply(N, N, D_MINUS_ONE_SQ)
  numberSubtract(N, N, V)
  fieldMultiply(U, S, V)
  numberAdd(U, U, U) // w0
  fieldMultiply(N, N, SQRT_AD_MINUS_ONE) // w1
  fieldSquare(S, S)
  numberSubtract(W, ONE, S) // w2
  numberAdd(S, ONE, S) // w3
  fieldMultiply(r, U, S)
  fieldMultiply(r + Y, W, N)
  fieldMultiply(r + Z, N, S)
  fieldMultiply(r + T, U, W)
}

/** r = the element derived from 64 uniform bytes: the sum of the maps of both halves. */
export function fromUniformBytes(r: usize, bytes: usize): void {
  map(FIRST, bytes)
  map(SECOND, bytes + 32)
  pointCache(WORK_SELECTED, SECOND)
  pointAddCached(r, FIRST, WORK_SELECTED)
}
