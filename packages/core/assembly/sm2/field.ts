// Conversions, carries and predicates modulo the prime of SM2; limbs and bounds as in field-multiply.ts.
import {
  LIMB_MASK,
  NUMBER_BYTES,
  limbsFromBytes,
  limbsToBytes,
  numberAdd,
  numberSubtract,
} from '../common/limbs'
import { maskIfEqualBytes, maskIfZero64 } from '../common/masks'
import { reduceOnce } from '../common/scalar'
import { reverseBytes } from '../common/wire'
import { P, PLAIN_ONE, R2, R_WIDE } from './constants'
import { fieldMultiply } from './field-multiply'
import { WORK_BYTES, WORK_CANONICAL } from './memory'

const DIFFERENCE: usize = WORK_CANONICAL + NUMBER_BYTES
const ENCODED: usize = WORK_BYTES + 32

/**
 * r = factor · a with tight limbs and below p in magnitude, for a sum of at most seven tight elements and a factor of at
 * most 3. What lies above 2^256 folds in as 2^224 + 2^96 − 2^64 + 1 times itself.
 */
export function fieldCarry(r: usize, a: usize, factor: i64): void {
  let a0: i64 = factor * <i64>load<i32>(a)
  let a1: i64 = factor * <i64>load<i32>(a, 4)
  let a2: i64 = factor * <i64>load<i32>(a, 8)
  let a3: i64 = factor * <i64>load<i32>(a, 12)
  let a4: i64 = factor * <i64>load<i32>(a, 16)
  let a5: i64 = factor * <i64>load<i32>(a, 20)
  let a6: i64 = factor * <i64>load<i32>(a, 24)
  let a7: i64 = factor * <i64>load<i32>(a, 28)
  let a8: i64 = factor * <i64>load<i32>(a, 32)
  const above = (a8 + 0x800000) >> 24
  a8 -= above << 24
  a0 += above
  a2 -= above << 6
  a3 += above << 9
  a7 += above << 21
  let c: i64 = (a0 + 0x10000000) >> 29
  store<i32>(r, <i32>(a0 - (c << 29)))
  a1 += c
  c = (a1 + 0x10000000) >> 29
  store<i32>(r, <i32>(a1 - (c << 29)), 4)
  a2 += c
  c = (a2 + 0x10000000) >> 29
  store<i32>(r, <i32>(a2 - (c << 29)), 8)
  a3 += c
  c = (a3 + 0x10000000) >> 29
  store<i32>(r, <i32>(a3 - (c << 29)), 12)
  a4 += c
  c = (a4 + 0x10000000) >> 29
  store<i32>(r, <i32>(a4 - (c << 29)), 16)
  a5 += c
  c = (a5 + 0x10000000) >> 29
  store<i32>(r, <i32>(a5 - (c << 29)), 20)
  a6 += c
  c = (a6 + 0x10000000) >> 29
  store<i32>(r, <i32>(a6 - (c << 29)), 24)
  a7 += c
  c = (a7 + 0x10000000) >> 29
  store<i32>(r, <i32>(a7 - (c << 29)), 28)
  store<i32>(r, <i32>(a8 + c), 32)
}

/** r = the big-endian number at 32 bytes, below 2^256. */
export function fieldFromBytes(r: usize, bytes: usize): void {
  reverseBytes(WORK_BYTES, bytes)
  limbsFromBytes(r, WORK_BYTES)
  fieldMultiply(r, r, R2)
}

/** r = the big-endian number at 48 bytes, mod p: hash_to_field of RFC 9380 section 5.2 for L = 48. */
export function fieldFromWideBytes(r: usize, bytes: usize): void {
  // The upper 16 bytes, after 16 zero bytes, weigh 2^256.
  store<i64>(ENCODED, 0)
  store<i64>(ENCODED, 0, 8)
  store<i64>(ENCODED, load<i64>(bytes), 16)
  store<i64>(ENCODED, load<i64>(bytes, 8), 24)
  reverseBytes(WORK_BYTES, ENCODED)
  limbsFromBytes(DIFFERENCE, WORK_BYTES)
  fieldMultiply(DIFFERENCE, DIFFERENCE, R_WIDE)
  fieldFromBytes(r, bytes + 16)
  numberAdd(r, r, DIFFERENCE)
  fieldCarry(r, r, 1)
}

/** WORK_CANONICAL = a / R as a reduced number, its limbs in [0, 2^29). */
function canonical(a: usize): void {
  // The product with 1 lies in [0, p].
  fieldMultiply(WORK_CANONICAL, a, PLAIN_ONE)
  let carry: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    const limb = load<i32>(WORK_CANONICAL + 4 * i) + carry
    store<i32>(WORK_CANONICAL + 4 * i, limb & <i32>LIMB_MASK)
    carry = limb >> 29
  }
  reduceOnce(WORK_CANONICAL, P)
}

/** Writes the canonical encoding of a: 32 big-endian bytes. */
export function fieldToBytes(bytes: usize, a: usize): void {
  canonical(a)
  limbsToBytes(WORK_BYTES, WORK_CANONICAL)
  reverseBytes(bytes, WORK_BYTES)
}

/** All ones when 32 big-endian bytes hold the canonical encoding of a, which was read from them. */
export function fieldIsEncodedBy(a: usize, bytes: usize): i32 {
  fieldToBytes(ENCODED, a)
  return maskIfEqualBytes(ENCODED, bytes)
}

/** All ones when a ≡ 0. */
export function fieldIsZero(a: usize): i32 {
  canonical(a)
  limbsToBytes(WORK_BYTES, WORK_CANONICAL)
  return maskIfZero64(
    load<i64>(WORK_BYTES) | load<i64>(WORK_BYTES, 8) | load<i64>(WORK_BYTES, 16) | load<i64>(WORK_BYTES, 24),
  )
}

/** All ones when a ≡ b, each a sum of at most two tight elements. */
export function fieldEqual(a: usize, b: usize): i32 {
  numberSubtract(DIFFERENCE, a, b)
  return fieldIsZero(DIFFERENCE)
}

/** All ones when a is odd: sgn0 of RFC 9380 section 4.1. */
export function fieldIsOdd(a: usize): i32 {
  canonical(a)
  return -(load<i32>(WORK_CANONICAL) & 1)
}
