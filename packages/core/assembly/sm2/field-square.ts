// Montgomery squaring modulo the prime of SM2; limbs and bounds as in field-multiply.ts.

/** r = a² / R, for a sum or difference of at most three tight elements. */
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
