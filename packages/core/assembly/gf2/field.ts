// GF(2^128) in the polynomial basis of x^128 + x^7 + x^2 + x + 1: bit i of the little-endian number is the coefficient of
// x^i.

/** out = a · b. All 128 bits of b are gone through, whatever they are. */
export function multiply(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  let r0: u64 = 0
  let r1: u64 = 0
  for (let i = 63; i >= 0; i--) {
    const carry = r1 >> 63
    const bit = (b1 >> <u64>i) & 1
    r1 = ((r1 << 1) | (r0 >> 63)) ^ (a1 & (0 - bit))
    r0 = (r0 << 1) ^ (0x87 & (0 - carry)) ^ (a0 & (0 - bit))
  }
  for (let i = 63; i >= 0; i--) {
    const carry = r1 >> 63
    const bit = (b0 >> <u64>i) & 1
    r1 = ((r1 << 1) | (r0 >> 63)) ^ (a1 & (0 - bit))
    r0 = (r0 << 1) ^ (0x87 & (0 - carry)) ^ (a0 & (0 - bit))
  }
  store<u64>(out, r0)
  store<u64>(out, r1, 8)
}

const PRODUCT: usize = memory.data(16, 16)

/** out = Σ a[i] · b[i], for `count` elements of 16 bytes. */
export function innerProduct(out: usize, a: usize, b: usize, count: i32): void {
  let sum = i64x2.splat(0)
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) {
    multiply(PRODUCT, a + i, b + i)
    sum = v128.xor(sum, v128.load(PRODUCT))
  }
  v128.store(out, sum)
}
