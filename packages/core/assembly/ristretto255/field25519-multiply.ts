// Multiplication modulo p = 2^255 − 19. Nine signed limbs of 29 bits; 2^261 ≡ 64 · 19 = 1216 (mod p).
//
// "Tight" elements, as the functions here return them, have limbs of at most 2^28 + 2^16 in magnitude. A sum or
// difference of k tight elements has limbs of at most k times that; a product takes factors of k and m tight elements
// as long as k · m ≤ 12: nine products of 12 · 2^56 stay below 2^63.

/**
 * r = a · b mod 2^255 − 19. Three blocks of three limbs, Karatsuba between the blocks: 54 multiplications instead of 81.
 * Differences of block products may wrap; the columns themselves fit 63 bits when |a limb| · |b limb| ≤ 2^59.6.
 */
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
  c0 += 1216 * (c9 & 0x1fffffff)
  c1 += 1216 * ((c10 & 0x1fffffff) + (c9 >> 29))
  c2 += 1216 * ((c11 & 0x1fffffff) + (c10 >> 29))
  c3 += 1216 * ((c12 & 0x1fffffff) + (c11 >> 29))
  c4 += 1216 * ((c13 & 0x1fffffff) + (c12 >> 29))
  c5 += 1216 * ((c14 & 0x1fffffff) + (c13 >> 29))
  c6 += 1216 * ((c15 & 0x1fffffff) + (c14 >> 29))
  c7 += 1216 * ((c16 & 0x1fffffff) + (c15 >> 29))
  c8 += 1216 * (c16 >> 29)
  let c: i64
  c = (c0 + 0x10000000) >> 29
  c0 -= c << 29
  c1 += c
  c = (c4 + 0x10000000) >> 29
  c4 -= c << 29
  c5 += c
  c = (c1 + 0x10000000) >> 29
  c1 -= c << 29
  c2 += c
  c = (c5 + 0x10000000) >> 29
  c5 -= c << 29
  c6 += c
  c = (c2 + 0x10000000) >> 29
  c2 -= c << 29
  c3 += c
  c = (c6 + 0x10000000) >> 29
  c6 -= c << 29
  c7 += c
  c = (c3 + 0x10000000) >> 29
  c3 -= c << 29
  c4 += c
  c = (c7 + 0x10000000) >> 29
  c7 -= c << 29
  c8 += c
  c = (c4 + 0x10000000) >> 29
  c4 -= c << 29
  c5 += c
  c = (c8 + 0x10000000) >> 29
  c8 -= c << 29
  c0 += 1216 * c
  c = (c0 + 0x10000000) >> 29
  c0 -= c << 29
  c1 += c
  store<i32>(r, <i32>c0, 0)
  store<i32>(r, <i32>c1, 4)
  store<i32>(r, <i32>c2, 8)
  store<i32>(r, <i32>c3, 12)
  store<i32>(r, <i32>c4, 16)
  store<i32>(r, <i32>c5, 20)
  store<i32>(r, <i32>c6, 24)
  store<i32>(r, <i32>c7, 28)
  store<i32>(r, <i32>c8, 32)
}
