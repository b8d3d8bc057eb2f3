// Arithmetic modulo a prime order n of 252 to 256 bits, in nine limbs of 29 bits; all results lie in [0, n). `order`
// is the record of a curve's order.ts. Products are Montgomery products with R = 2^261.
import { LIMB_MASK, NUMBER_BYTES, numberCopy, numberSelect } from './limbs'
import { maskIfZero } from './masks'

const ORDER_R: usize = NUMBER_BYTES
const ORDER_R2: usize = 2 * NUMBER_BYTES
const ORDER_R_WIDE: usize = 3 * NUMBER_BYTES
const ORDER_MINUS_TWO: usize = 4 * NUMBER_BYTES
const ORDER_INVERSE: usize = 5 * NUMBER_BYTES
/** 1 as a plain number, for leaving Montgomery form. */
const NUMBER_ONE: usize = memory.data<i32>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/**
 * r = a · b / 2^261 mod n, for a · b < 2^261 · n and limbs in [0, 2^29). Each of nine rounds adds one row of the product
 * and the multiple of n that clears the lowest limb, then shifts by a limb; a column sums 18 products below 2^58.
 */
export function montgomeryMultiply(r: usize, a: usize, b: usize, order: usize): void {
  const b0 = <u64>load<u32>(b)
  const b1 = <u64>load<u32>(b, 4)
  const b2 = <u64>load<u32>(b, 8)
  const b3 = <u64>load<u32>(b, 12)
  const b4 = <u64>load<u32>(b, 16)
  const b5 = <u64>load<u32>(b, 20)
  const b6 = <u64>load<u32>(b, 24)
  const b7 = <u64>load<u32>(b, 28)
  const b8 = <u64>load<u32>(b, 32)
  const n0 = <u64>load<u32>(order)
  const n1 = <u64>load<u32>(order, 4)
  const n2 = <u64>load<u32>(order, 8)
  const n3 = <u64>load<u32>(order, 12)
  const n4 = <u64>load<u32>(order, 16)
  const n5 = <u64>load<u32>(order, 20)
  const n6 = <u64>load<u32>(order, 24)
  const n7 = <u64>load<u32>(order, 28)
  const n8 = <u64>load<u32>(order, 32)
  const inverse = <u64>load<u32>(order, ORDER_INVERSE)
  let t0: u64 = 0
  let t1: u64 = 0
  let t2: u64 = 0
  let t3: u64 = 0
  let t4: u64 = 0
  let t5: u64 = 0
  let t6: u64 = 0
  let t7: u64 = 0
  let t8: u64 = 0
  for (let i: usize = 0; i < 9; i++) {
    const x = <u64>load<u32>(a + 4 * i)
    t0 += x * b0
    const m = (t0 * inverse) & LIMB_MASK
    const carry = (t0 + m * n0) >> 29
    t0 = t1 + x * b1 + m * n1 + carry
    t1 = t2 + x * b2 + m * n2
    t2 = t3 + x * b3 + m * n3
    t3 = t4 + x * b4 + m * n4
    t4 = t5 + x * b5 + m * n5
    t5 = t6 + x * b6 + m * n6
    t6 = t7 + x * b7 + m * n7
    t7 = t8 + x * b8 + m * n8
    t8 = 0
  }
  t1 += t0 >> 29
  t2 += t1 >> 29
  t3 += t2 >> 29
  t4 += t3 >> 29
  t5 += t4 >> 29
  t6 += t5 >> 29
  t7 += t6 >> 29
  t8 += t7 >> 29
  store<u32>(r, <u32>(t0 & LIMB_MASK))
  store<u32>(r, <u32>(t1 & LIMB_MASK), 4)
  store<u32>(r, <u32>(t2 & LIMB_MASK), 8)
  store<u32>(r, <u32>(t3 & LIMB_MASK), 12)
  store<u32>(r, <u32>(t4 & LIMB_MASK), 16)
  store<u32>(r, <u32>(t5 & LIMB_MASK), 20)
  store<u32>(r, <u32>(t6 & LIMB_MASK), 24)
  store<u32>(r, <u32>(t7 & LIMB_MASK), 28)
  store<u32>(r, <u32>t8, 32)
  store<u32>(r, 0, 36)
  store<u64>(r, 0, 40)
  reduceOnce(r, order)
}

/** r = r < n ? r : r − n, for r < 2n with limbs in [0, 2^29). */
export function reduceOnce(r: usize, order: usize): void {
  // The borrow of r − n, then r − n plus n again where it was negative.
  let borrow: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    borrow = (load<i32>(r + 4 * i) - load<i32>(order + 4 * i) + borrow) >> 29
  }
  const keep = borrow
  let carry: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    const limb = load<i32>(r + 4 * i) - (load<i32>(order + 4 * i) & ~keep) + carry
    store<i32>(r + 4 * i, limb & <i32>LIMB_MASK)
    carry = limb >> 29
  }
}

/** r = a + b mod n */
export function scalarAdd(r: usize, a: usize, b: usize, order: usize): void {
  let carry: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    const limb = load<i32>(a + 4 * i) + load<i32>(b + 4 * i) + carry
    store<i32>(r + 4 * i, limb & <i32>LIMB_MASK)
    carry = limb >> 29
  }
  reduceOnce(r, order)
}

/** r = a − b mod n */
export function scalarSubtract(r: usize, a: usize, b: usize, order: usize): void {
  let carry: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    const limb = load<i32>(a + 4 * i) - load<i32>(b + 4 * i) + load<i32>(order + 4 * i) + carry
    store<i32>(r + 4 * i, limb & <i32>LIMB_MASK)
    carry = limb >> 29
  }
  reduceOnce(r, order)
}

/** r = a · b mod n */
export function scalarMultiply(r: usize, a: usize, b: usize, order: usize): void {
  montgomeryMultiply(r, a, b, order)
  montgomeryMultiply(r, r, order + ORDER_R2, order)
}

/**
 * r = a^(n − 2) mod n: 1/a, and 0 for 0. Square and multiply over the bits of n − 2; every step multiplies, and keeps the
 * product where the bit is set. `work` has room for two numbers.
 */
export function scalarInvert(r: usize, a: usize, work: usize, order: usize): void {
  const base = work
  const product = work + NUMBER_BYTES
  montgomeryMultiply(base, a, order + ORDER_R2, order)
  numberCopy(r, order + ORDER_R)
  for (let limb: i32 = 8; limb >= 0; limb--) {
    for (let bit: i32 = 28; bit >= 0; bit--) {
      montgomeryMultiply(r, r, r, order)
      montgomeryMultiply(product, r, base, order)
      numberSelect(r, product, -((load<i32>(order + ORDER_MINUS_TWO + 4 * limb) >> bit) & 1))
    }
  }
  montgomeryMultiply(r, r, NUMBER_ONE, order)
}

/** r = low + 2^256 · high mod n, for low and high below 2^256. `work` has room for one number. */
export function scalarReduceWide(r: usize, low: usize, high: usize, work: usize, order: usize): void {
  montgomeryMultiply(work, high, order + ORDER_R_WIDE, order)
  montgomeryMultiply(r, low, order + ORDER_R, order)
  scalarAdd(r, r, work, order)
}

/** All ones when the limbs of a are all zero. */
export function numberIsZero(a: usize): i32 {
  let bits: i32 = 0
  for (let i: usize = 0; i < 9; i++) bits |= load<i32>(a + 4 * i)
  return maskIfZero(bits)
}

/** All ones when a < n, for limbs in [0, 2^29). */
export function scalarIsReduced(a: usize, order: usize): i32 {
  let borrow: i32 = 0
  for (let i: usize = 0; i < 9; i++) {
    borrow = (load<i32>(a + 4 * i) - load<i32>(order + 4 * i) + borrow) >> 29
  }
  return borrow
}
