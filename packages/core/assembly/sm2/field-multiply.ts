// Montgomery multiplication modulo p = 2^256 − 2^224 − 2^96 + 2^64 − 1 with R = 2^261: r = a · b / R. Nine signed limbs of
// 29 bits. As p ≡ −1 modulo 2^64, the multiple of p that clears a limb is the limb itself, and p has five terms: the
// reduction shifts and adds.
//
// "Tight" elements, as the functions here return them, have limbs of at most 2^28 + 2^16 in magnitude. A sum or
// difference of k tight elements has limbs of at most k times that; a product takes factors of k and m tight elements
// as long as k · m ≤ 12: nine products of 12 · 2^56, and the reduction, stay below 2^63. The product of values below
// v · p and w · p in magnitude lies below (v · w / 32 + 1) · p; fieldCarry brings any sum back below p.
//
// The top limb of a product is tight because values are small, not because limbs are: all callers stay below 8 · p, where
// it is below 2^27.

/** r = a · b / R. Three blocks of three limbs, Karatsuba between the blocks: 54 multiplications instead of 81. */
export function fieldMultiply(r: usize, a: usize, b: usize): void {
  const a0: i64 = <i64>load<i32>(a)
  const a1: i64 = <i64>load<i32>(a, 4)
  const a2: i64 = <i64>load<i32>(a, 8)
  const a3: i64 = <i64>load<i32>(a, 12)
  const a4: i64 = <i64>load<i32>(a, 16)
  const a5: i64 = <i64>load<i32>(a, 20)
  const a6: i64 = <i64>load<i32>(a, 24)
  const a7: i64 = <i64>load<i32>(a, 28)
  const a8: i64 = <i64>load<i32>(a, 32)
  const b0: i64 = <i64>load<i32>(b)
  const b1: i64 = <i64>load<i32>(b, 4)
  const b2: i64 = <i64>load<i32>(b, 8)
  const b3: i64 = <i64>load<i32>(b, 12)
  const b4: i64 = <i64>load<i32>(b, 16)
  const b5: i64 = <i64>load<i32>(b, 20)
  const b6: i64 = <i64>load<i32>(b, 24)
  const b7: i64 = <i64>load<i32>(b, 28)
  const b8: i64 = <i64>load<i32>(b, 32)
  const p0_0: i64 = a0 * b0
  const p0_1: i64 = a0 * b1 + a1 * b0
  const p0_2: i64 = a0 * b2 + a1 * b1 + a2 * b0
  const p0_3: i64 = a1 * b2 + a2 * b1
  const p0_4: i64 = a2 * b2
  const p1_0: i64 = a3 * b3
  const p1_1: i64 = a3 * b4 + a4 * b3
  const p1_2: i64 = a3 * b5 + a4 * b4 + a5 * b3
  const p1_3: i64 = a4 * b5 + a5 * b4
  const p1_4: i64 = a5 * b5
  const p2_0: i64 = a6 * b6
  const p2_1: i64 = a6 * b7 + a7 * b6
  const p2_2: i64 = a6 * b8 + a7 * b7 + a8 * b6
  const p2_3: i64 = a7 * b8 + a8 * b7
  const p2_4: i64 = a8 * b8
  const s01_0: i64 = a0 + a3
  const t01_0: i64 = b0 + b3
  const s01_1: i64 = a1 + a4
  const t01_1: i64 = b1 + b4
  const s01_2: i64 = a2 + a5
  const t01_2: i64 = b2 + b5
  const q01_0: i64 = s01_0 * t01_0
  const q01_1: i64 = s01_0 * t01_1 + s01_1 * t01_0
  const q01_2: i64 = s01_0 * t01_2 + s01_1 * t01_1 + s01_2 * t01_0
  const q01_3: i64 = s01_1 * t01_2 + s01_2 * t01_1
  const q01_4: i64 = s01_2 * t01_2
  const s02_0: i64 = a0 + a6
  const t02_0: i64 = b0 + b6
  const s02_1: i64 = a1 + a7
  const t02_1: i64 = b1 + b7
  const s02_2: i64 = a2 + a8
  const t02_2: i64 = b2 + b8
  const q02_0: i64 = s02_0 * t02_0
  const q02_1: i64 = s02_0 * t02_1 + s02_1 * t02_0
  const q02_2: i64 = s02_0 * t02_2 + s02_1 * t02_1 + s02_2 * t02_0
  const q02_3: i64 = s02_1 * t02_2 + s02_2 * t02_1
  const q02_4: i64 = s02_2 * t02_2
  const s12_0: i64 = a3 + a6
  const t12_0: i64 = b3 + b6
  const s12_1: i64 = a4 + a7
  const t12_1: i64 = b4 + b7
  const s12_2: i64 = a5 + a8
  const t12_2: i64 = b5 + b8
  const q12_0: i64 = s12_0 * t12_0
  const q12_1: i64 = s12_0 * t12_1 + s12_1 * t12_0
  const q12_2: i64 = s12_0 * t12_2 + s12_1 * t12_1 + s12_2 * t12_0
  const q12_3: i64 = s12_1 * t12_2 + s12_2 * t12_1
  const q12_4: i64 = s12_2 * t12_2
  const p01_0: i64 = p0_0 + p1_0
  const p01_1: i64 = p0_1 + p1_1
  const p01_2: i64 = p0_2 + p1_2
  const p01_3: i64 = p0_3 + p1_3
  const p01_4: i64 = p0_4 + p1_4
  const p12_0: i64 = p1_0 + p2_0
  const p12_1: i64 = p1_1 + p2_1
  const p12_2: i64 = p1_2 + p2_2
  const p12_3: i64 = p1_3 + p2_3
  const p12_4: i64 = p1_4 + p2_4
  let c0: i64 = p0_0
  let c1: i64 = p0_1
  let c2: i64 = p0_2
  let c3: i64 = q01_0 - p01_0 + p0_3
  let c4: i64 = q01_1 - p01_1 + p0_4
  let c5: i64 = q01_2 - p01_2
  let c6: i64 = q02_0 - p0_0 - p2_0 + p1_0 + (q01_3 - p01_3)
  let c7: i64 = q02_1 - p0_1 - p2_1 + p1_1 + (q01_4 - p01_4)
  let c8: i64 = q02_2 - p0_2 - p2_2 + p1_2
  let c9: i64 = q12_0 - p12_0 + (q02_3 - p0_3 - p2_3 + p1_3)
  let c10: i64 = q12_1 - p12_1 + (q02_4 - p0_4 - p2_4 + p1_4)
  let c11: i64 = q12_2 - p12_2
  let c12: i64 = p2_0 + (q12_3 - p12_3)
  let c13: i64 = p2_1 + (q12_4 - p12_4)
  let c14: i64 = p2_2
  let c15: i64 = p2_3
  let c16: i64 = p2_4
  const m0: i64 = c0 & 0x1fffffff
  c1 += c0 >> 29
  c2 += m0 << 6
  c3 -= m0 << 9
  c7 -= m0 << 21
  c8 += m0 << 24
  const m1: i64 = c1 & 0x1fffffff
  c2 += c1 >> 29
  c3 += m1 << 6
  c4 -= m1 << 9
  c8 -= m1 << 21
  c9 += m1 << 24
  const m2: i64 = c2 & 0x1fffffff
  c3 += c2 >> 29
  c4 += m2 << 6
  c5 -= m2 << 9
  c9 -= m2 << 21
  c10 += m2 << 24
  const m3: i64 = c3 & 0x1fffffff
  c4 += c3 >> 29
  c5 += m3 << 6
  c6 -= m3 << 9
  c10 -= m3 << 21
  c11 += m3 << 24
  const m4: i64 = c4 & 0x1fffffff
  c5 += c4 >> 29
  c6 += m4 << 6
  c7 -= m4 << 9
  c11 -= m4 << 21
  c12 += m4 << 24
  const m5: i64 = c5 & 0x1fffffff
  c6 += c5 >> 29
  c7 += m5 << 6
  c8 -= m5 << 9
  c12 -= m5 << 21
  c13 += m5 << 24
  const m6: i64 = c6 & 0x1fffffff
  c7 += c6 >> 29
  c8 += m6 << 6
  c9 -= m6 << 9
  c13 -= m6 << 21
  c14 += m6 << 24
  const m7: i64 = c7 & 0x1fffffff
  c8 += c7 >> 29
  c9 += m7 << 6
  c10 -= m7 << 9
  c14 -= m7 << 21
  c15 += m7 << 24
  const m8: i64 = c8 & 0x1fffffff
  c9 += c8 >> 29
  c10 += m8 << 6
  c11 -= m8 << 9
  c15 -= m8 << 21
  c16 += m8 << 24
  let c17: i64 = 0
  let c: i64
  c = (c9 + 0x10000000) >> 29
  c9 -= c << 29
  c10 += c
  c = (c13 + 0x10000000) >> 29
  c13 -= c << 29
  c14 += c
  c = (c10 + 0x10000000) >> 29
  c10 -= c << 29
  c11 += c
  c = (c14 + 0x10000000) >> 29
  c14 -= c << 29
  c15 += c
  c = (c11 + 0x10000000) >> 29
  c11 -= c << 29
  c12 += c
  c = (c15 + 0x10000000) >> 29
  c15 -= c << 29
  c16 += c
  c = (c12 + 0x10000000) >> 29
  c12 -= c << 29
  c13 += c
  c = (c16 + 0x10000000) >> 29
  c16 -= c << 29
  c17 += c
  c = (c13 + 0x10000000) >> 29
  c13 -= c << 29
  c14 += c
  store<i32>(r, <i32>c9, 0)
  store<i32>(r, <i32>c10, 4)
  store<i32>(r, <i32>c11, 8)
  store<i32>(r, <i32>c12, 12)
  store<i32>(r, <i32>c13, 16)
  store<i32>(r, <i32>c14, 20)
  store<i32>(r, <i32>c15, 24)
  store<i32>(r, <i32>c16, 28)
  store<i32>(r, <i32>c17, 32)
}
