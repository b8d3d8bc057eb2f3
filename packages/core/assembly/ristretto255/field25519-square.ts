// Squaring modulo p = 2^255 − 19; limbs and bounds as in field25519-multiply.ts.

/** r = a² mod 2^255 − 19, for a sum or difference of at most three tight elements. */
export function fieldSquare(r: usize, a: usize): void {
  const a0: i64 = <i64>load<i32>(a)
  const a1: i64 = <i64>load<i32>(a, 4)
  const a2: i64 = <i64>load<i32>(a, 8)
  const a3: i64 = <i64>load<i32>(a, 12)
  const a4: i64 = <i64>load<i32>(a, 16)
  const a5: i64 = <i64>load<i32>(a, 20)
  const a6: i64 = <i64>load<i32>(a, 24)
  const a7: i64 = <i64>load<i32>(a, 28)
  const a8: i64 = <i64>load<i32>(a, 32)
  const d0: i64 = a0 << 1
  const d1: i64 = a1 << 1
  const d2: i64 = a2 << 1
  const d3: i64 = a3 << 1
  const d4: i64 = a4 << 1
  const d5: i64 = a5 << 1
  const d6: i64 = a6 << 1
  const d7: i64 = a7 << 1
  let c0: i64 = a0 * a0
  let c1: i64 = d0 * a1
  let c2: i64 = d0 * a2 + a1 * a1
  let c3: i64 = d0 * a3 + d1 * a2
  let c4: i64 = d0 * a4 + d1 * a3 + a2 * a2
  let c5: i64 = d0 * a5 + d1 * a4 + d2 * a3
  let c6: i64 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3
  let c7: i64 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4
  let c8: i64 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4
  let c9: i64 = d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5
  let c10: i64 = d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5
  let c11: i64 = d3 * a8 + d4 * a7 + d5 * a6
  let c12: i64 = d4 * a8 + d5 * a7 + a6 * a6
  let c13: i64 = d5 * a8 + d6 * a7
  let c14: i64 = d6 * a8 + a7 * a7
  let c15: i64 = d7 * a8
  let c16: i64 = a8 * a8
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
