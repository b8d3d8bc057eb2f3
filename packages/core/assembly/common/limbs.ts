// Numbers of up to 261 bits as nine 32-bit words of 29 bits each ("limbs"), least significant first, in 48 bytes: the
// last three words are zero, so that elements move as three 128-bit vectors.

/** Bytes of one number in memory. */
export const NUMBER_BYTES: usize = 48
export const LIMB_MASK: i64 = 0x1fffffff

/** r = the 256-bit little-endian number at `bytes`. */
export function limbsFromBytes(r: usize, bytes: usize): void {
  const w0 = load<u64>(bytes)
  const w1 = load<u64>(bytes, 8)
  const w2 = load<u64>(bytes, 16)
  const w3 = load<u64>(bytes, 24)
  store<u32>(r, <u32>(w0 & LIMB_MASK))
  store<u32>(r, <u32>((w0 >> 29) & LIMB_MASK), 4)
  store<u32>(r, <u32>(((w0 >> 58) | (w1 << 6)) & LIMB_MASK), 8)
  store<u32>(r, <u32>((w1 >> 23) & LIMB_MASK), 12)
  store<u32>(r, <u32>(((w1 >> 52) | (w2 << 12)) & LIMB_MASK), 16)
  store<u32>(r, <u32>((w2 >> 17) & LIMB_MASK), 20)
  store<u32>(r, <u32>(((w2 >> 46) | (w3 << 18)) & LIMB_MASK), 24)
  store<u32>(r, <u32>((w3 >> 11) & LIMB_MASK), 28)
  store<u64>(r, w3 >> 40, 32)
  store<u64>(r, 0, 40)
}

/** Writes a number below 2^256, its limbs in [0, 2^29), as 32 little-endian bytes. */
export function limbsToBytes(bytes: usize, a: usize): void {
  const a2 = <u64>load<u32>(a, 8)
  const a4 = <u64>load<u32>(a, 16)
  const a6 = <u64>load<u32>(a, 24)
  store<u64>(bytes, <u64>load<u32>(a) | ((<u64>load<u32>(a, 4)) << 29) | (a2 << 58))
  store<u64>(bytes, (a2 >> 6) | ((<u64>load<u32>(a, 12)) << 23) | (a4 << 52), 8)
  store<u64>(bytes, (a4 >> 12) | ((<u64>load<u32>(a, 20)) << 17) | (a6 << 46), 16)
  store<u64>(bytes, (a6 >> 18) | ((<u64>load<u32>(a, 28)) << 11) | ((<u64>load<u32>(a, 32)) << 40), 24)
}

/** r = a */
export function numberCopy(r: usize, a: usize): void {
  v128.store(r, v128.load(a))
  v128.store(r, v128.load(a, 16), 16)
  v128.store(r, v128.load(a, 32), 32)
}

/** r = 0 */
export function numberZero(r: usize): void {
  const zero = i64x2.splat(0)
  v128.store(r, zero)
  v128.store(r, zero, 16)
  v128.store(r, zero, 32)
}

/** r = a + b, limb by limb without carries. */
export function numberAdd(r: usize, a: usize, b: usize): void {
  v128.store(r, i32x4.add(v128.load(a), v128.load(b)))
  v128.store(r, i32x4.add(v128.load(a, 16), v128.load(b, 16)), 16)
  v128.store(r, i32x4.add(v128.load(a, 32), v128.load(b, 32)), 32)
}

/** r = a − b, limb by limb without borrows. */
export function numberSubtract(r: usize, a: usize, b: usize): void {
  v128.store(r, i32x4.sub(v128.load(a), v128.load(b)))
  v128.store(r, i32x4.sub(v128.load(a, 16), v128.load(b, 16)), 16)
  v128.store(r, i32x4.sub(v128.load(a, 32), v128.load(b, 32)), 32)
}

/** r = mask is all ones ? a : r; r stays where mask is zero. */
export function numberSelect(r: usize, a: usize, mask: i32): void {
  const m = i32x4.splat(mask)
  v128.store(r, v128.bitselect(v128.load(a), v128.load(r), m))
  v128.store(r, v128.bitselect(v128.load(a, 16), v128.load(r, 16), m), 16)
  v128.store(r, v128.bitselect(v128.load(a, 32), v128.load(r, 32), m), 32)
}

/** r = mask is all ones ? −a : a */
export function numberNegateIf(r: usize, a: usize, mask: i32): void {
  const m = i32x4.splat(mask)
  v128.store(r, i32x4.sub(v128.xor(v128.load(a), m), m))
  v128.store(r, i32x4.sub(v128.xor(v128.load(a, 16), m), m), 16)
  v128.store(r, i32x4.sub(v128.xor(v128.load(a, 32), m), m), 32)
}
