// Runs of blocks of 128 bits.

/** out = a + b, `bytes` of them, a multiple of 16. */
export function xor(out: usize, a: usize, b: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(out + i, v128.xor(v128.load(a + i), v128.load(b + i)))
}

/** out[i] = a[i] + block, for `count` blocks. */
export function xorBlock(out: usize, a: usize, block: usize, count: i32): void {
  const b = v128.load(block)
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) v128.store(out + i, v128.xor(v128.load(a + i), b))
}

/** out[i] = a[i] + (first + i), the tweak as a little-endian number of 64 bits, for `count` blocks. */
export function xorTweaks(out: usize, a: usize, firstLow: i32, firstHigh: i32, count: i32): void {
  const first = <i64>(((<u64>(<u32>firstHigh)) << 32) | <u64>(<u32>firstLow))
  let tweak = v128.and(i64x2.splat(first), i64x2(-1, 0))
  const one = i64x2(1, 0)
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) {
    v128.store(out + i, v128.xor(v128.load(a + i), tweak))
    tweak = i64x2.add(tweak, one)
  }
}
