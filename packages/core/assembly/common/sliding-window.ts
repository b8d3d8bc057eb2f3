/** Digits that {@link slidingWindowPublic} writes. */
export const SLIDING_DIGITS: usize = 264

/**
 * Writes a public scalar below 2^256, little-endian, as signed digits, one byte each: digit i stands for 2^i and is zero
 * or odd in [−15, 15], and few are not zero. Variable time.
 */
export function slidingWindowPublic(digits: usize, scalar: usize): void {
  for (let i: i32 = 0; i < <i32>SLIDING_DIGITS; i++) {
    const bit = i < 256 ? (<i32>load<u8>(scalar + (i >> 3)) >> (i & 7)) & 1 : 0
    store<i8>(digits + i, <i8>bit)
  }
  for (let i: i32 = 0; i < 256; i++) {
    if (load<i8>(digits + i) == 0) continue
    // Draw the bits above into this digit while it stays within ±15.
    for (let b: i32 = 1; b <= 5 && i + b < <i32>SLIDING_DIGITS; b++) {
      const above = (<i32>load<i8>(digits + i + b)) << b
      if (above == 0) continue
      const digit = <i32>load<i8>(digits + i)
      if (digit + above <= 15) {
        store<i8>(digits + i, <i8>(digit + above))
        store<i8>(digits + i + b, 0)
      } else if (digit - above >= -15) {
        store<i8>(digits + i, <i8>(digit - above))
        let carry = i + b
        while (load<i8>(digits + carry) != 0) store<i8>(digits + carry++, 0)
        store<i8>(digits + carry, 1)
      } else break
    }
  }
}
