// Conversions, carries and predicates modulo p = 2^255 − 19; limbs and bounds as in field25519-multiply.ts.
import {
  LIMB_MASK,
  NUMBER_BYTES,
  limbsFromBytes,
  limbsToBytes,
  numberNegateIf,
  numberSubtract,
} from '../common/limbs'
import { maskIfZero64 } from '../common/masks'
import { WORK_BYTES, WORK_CANONICAL } from './memory'

const DIFFERENCE: usize = WORK_CANONICAL + NUMBER_BYTES

/** r = a mod p with tight limbs, for limbs of at most 2^30 in magnitude. */
export function fieldCarry(r: usize, a: usize): void {
  let carry: i64 = 0
  for (let i: usize = 0; i < 9; i++) {
    const limb = <i64>load<i32>(a + 4 * i) + carry
    carry = (limb + 0x10000000) >> 29
    store<i32>(r + 4 * i, <i32>(limb - (carry << 29)))
  }
  store<i32>(r, load<i32>(r) + <i32>(1216 * carry))
}

/** r = the low 255 bits of the little-endian number at `bytes`, mod p. */
export function fieldFromBytes(r: usize, bytes: usize): void {
  limbsFromBytes(r, bytes)
  store<i32>(r, load<i32>(r, 32) & 0x7fffff, 32)
  fieldCarry(r, r)
}

/** r = the low 255 bits of a + carry with limbs in [0, 2^29); returns what lies above, as a multiple of 2^255. */
function propagate(r: usize, a: usize, carry: i64): i64 {
  for (let i: usize = 0; i < 8; i++) {
    const limb = <i64>load<i32>(a + 4 * i) + carry
    store<i32>(r + 4 * i, <i32>(limb & LIMB_MASK))
    carry = limb >> 29
  }
  const top = <i64>load<i32>(a, 32) + carry
  store<i32>(r, <i32>(top & 0x7fffff), 32)
  return top >> 23
}

/** Writes the canonical encoding of a: 32 little-endian bytes. For limbs of at most 2^30 in magnitude. */
export function fieldToBytes(bytes: usize, a: usize): void {
  // 256 · p makes the number positive; multiples of 2^255 fold in times 19, until less than 2^255 is left.
  let above = propagate(WORK_CANONICAL, a, -19 * 256) + 256
  above = propagate(WORK_CANONICAL, WORK_CANONICAL, 19 * above)
  propagate(WORK_CANONICAL, WORK_CANONICAL, 19 * above)
  // x + 19 reaches 2^255 exactly when x ≥ p, and its low bits are then x − p.
  above = propagate(DIFFERENCE, WORK_CANONICAL, 19)
  propagate(WORK_CANONICAL, WORK_CANONICAL, 19 * above)
  limbsToBytes(bytes, WORK_CANONICAL)
}

/** All ones when a ≡ 0. */
export function fieldIsZero(a: usize): i32 {
  fieldToBytes(WORK_BYTES, a)
  return maskIfZero64(
    load<i64>(WORK_BYTES) | load<i64>(WORK_BYTES, 8) | load<i64>(WORK_BYTES, 16) | load<i64>(WORK_BYTES, 24),
  )
}

/** All ones when a ≡ b, both tight. */
export function fieldEqual(a: usize, b: usize): i32 {
  numberSubtract(DIFFERENCE, a, b)
  return fieldIsZero(DIFFERENCE)
}

/** All ones when the canonical encoding of a is odd: "negative" in RFC 9496. */
export function fieldIsNegative(a: usize): i32 {
  fieldToBytes(WORK_BYTES, a)
  return -(<i32>(load<u8>(WORK_BYTES) & 1))
}

/** r = |a|: whichever of a and −a is not negative. */
export function fieldAbsolute(r: usize, a: usize): void {
  numberNegateIf(r, a, fieldIsNegative(a))
}
