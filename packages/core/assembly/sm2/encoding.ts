// Encoding, decoding and comparing points: the compressed form of SEC 1 section 2.3 and the two coordinates.
import { NUMBER_BYTES, numberAdd, numberCopy, numberNegateIf, numberSubtract } from '../common/limbs'
import { maskIfEqual } from '../common/masks'
import { B, ONE } from './constants'
import {
  fieldCarry,
  fieldEqual,
  fieldFromBytes,
  fieldIsEncodedBy,
  fieldIsOdd,
  fieldIsZero,
  fieldToBytes,
} from './field'
import { fieldMultiply } from './field-multiply'
import { fieldInvert, fieldSquareRoot } from './field-power'
import { fieldSquare } from './field-square'
import { INVERSES, MOST_INVERSES, invertEachZ, wipeInverses } from './invert-each'
import { ELEMENT_BYTES, WORK_POINT } from './memory'
import { Y, Z } from './point'

const AFFINE_X: usize = WORK_POINT
const AFFINE_Y: usize = AFFINE_X + NUMBER_BYTES
const INVERSE: usize = AFFINE_Y + NUMBER_BYTES
const RIGHT: usize = INVERSE + NUMBER_BYTES
const LEFT: usize = RIGHT + NUMBER_BYTES
const TRIPLE: usize = LEFT + NUMBER_BYTES

/** Writes 33 bytes: 2 or 3 by the parity of y, and x; 33 zeros for the identity. */
export function encode(bytes: usize, p: usize): void {
  encodeMany(bytes, p, 1)
}

/** `count` encodings of consecutive elements. */
export function encodeMany(bytes: usize, p: usize, count: i32): void {
  for (let from: usize = 0; from < <usize>count; from += MOST_INVERSES) {
    const some = min(<usize>count - from, MOST_INVERSES)
    invertEachZ(p + from * ELEMENT_BYTES, some)
    for (let i: usize = 0; i < some; i++) {
      encodeBy(bytes + 33 * (from + i), p + (from + i) * ELEMENT_BYTES, INVERSES + i * NUMBER_BYTES)
    }
  }
  wipeInverses()
}

/** The encoding of p, whose 1/Z is given; X of the identity is zero. */
function encodeBy(bytes: usize, p: usize, inverse: usize): void {
  fieldMultiply(AFFINE_X, p, inverse)
  fieldMultiply(AFFINE_Y, p + Y, inverse)
  const isFinite = ~fieldIsZero(p + Z)
  store<u8>(bytes, <u8>((2 - fieldIsOdd(AFFINE_Y)) & isFinite))
  fieldToBytes(bytes + 1, AFFINE_X)
}

/** Writes x ‖ y, 64 bytes; zeros for the identity. */
export function encodeAffine(bytes: usize, p: usize): void {
  fieldInvert(INVERSE, p + Z)
  fieldMultiply(AFFINE_X, p, INVERSE)
  fieldMultiply(AFFINE_Y, p + Y, INVERSE)
  fieldToBytes(bytes, AFFINE_X)
  fieldToBytes(bytes + 32, AFFINE_Y)
}

/** RIGHT = x³ − 3x + b, tight. */
function rightSide(x: usize): void {
  fieldSquare(RIGHT, x)
  fieldMultiply(RIGHT, RIGHT, x)
  numberAdd(TRIPLE, x, x)
  numberAdd(TRIPLE, TRIPLE, x)
  numberSubtract(RIGHT, RIGHT, TRIPLE)
  numberAdd(RIGHT, RIGHT, B)
  fieldCarry(RIGHT, RIGHT, 1)
}

/** r = the element that 33 bytes encode; returns 1, or 0 where they are no compressed encoding. */
export function decode(r: usize, bytes: usize): i32 {
  const prefix = <i32>load<u8>(bytes)
  const isCompressed = maskIfEqual(prefix & 0xfe, 2)
  fieldFromBytes(AFFINE_X, bytes + 1)
  const isReduced = fieldIsEncodedBy(AFFINE_X, bytes + 1)
  rightSide(AFFINE_X)
  const isOnCurve = fieldSquareRoot(AFFINE_Y, RIGHT)
  // The other root where the parity differs.
  numberNegateIf(AFFINE_Y, AFFINE_Y, fieldIsOdd(AFFINE_Y) ^ -(prefix & 1))
  store3(r)
  return -(isCompressed & isReduced & isOnCurve)
}

/** r = the element with the coordinates x ‖ y; returns 1, or 0 where they are not reduced or not of the curve. */
export function decodeAffine(r: usize, bytes: usize): i32 {
  fieldFromBytes(AFFINE_X, bytes)
  fieldFromBytes(AFFINE_Y, bytes + 32)
  const isReduced = fieldIsEncodedBy(AFFINE_X, bytes) & fieldIsEncodedBy(AFFINE_Y, bytes + 32)
  rightSide(AFFINE_X)
  fieldSquare(LEFT, AFFINE_Y)
  store3(r)
  return -(isReduced & fieldEqual(LEFT, RIGHT))
}

function store3(r: usize): void {
  fieldCarry(r, AFFINE_X, 1)
  fieldCarry(r + Y, AFFINE_Y, 1)
  numberCopy(r + Z, ONE)
}

/** 1 when p and q are the same element. */
export function equal(p: usize, q: usize): i32 {
  fieldMultiply(LEFT, p, q + Z)
  fieldMultiply(RIGHT, q, p + Z)
  const isSameX = fieldEqual(LEFT, RIGHT)
  fieldMultiply(LEFT, p + Y, q + Z)
  fieldMultiply(RIGHT, q + Y, p + Z)
  return -(isSameX & fieldEqual(LEFT, RIGHT))
}

/** 1 when p is the identity. */
export function isIdentity(p: usize): i32 {
  return -fieldIsZero(p + Z)
}
