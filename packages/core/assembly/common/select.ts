/**
 * r = entry `index` of the nine entries of a table, `bytes` (a multiple of 16) each. Reads all of them and keeps one by
 * masks; an index outside 0…8 gives zeros.
 */
export function selectOfNine(r: usize, table: usize, bytes: usize, index: i32): void {
  const wanted = i32x4.splat(index)
  const m0 = i32x4.eq(wanted, i32x4.splat(0))
  const m1 = i32x4.eq(wanted, i32x4.splat(1))
  const m2 = i32x4.eq(wanted, i32x4.splat(2))
  const m3 = i32x4.eq(wanted, i32x4.splat(3))
  const m4 = i32x4.eq(wanted, i32x4.splat(4))
  const m5 = i32x4.eq(wanted, i32x4.splat(5))
  const m6 = i32x4.eq(wanted, i32x4.splat(6))
  const m7 = i32x4.eq(wanted, i32x4.splat(7))
  const m8 = i32x4.eq(wanted, i32x4.splat(8))
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    let at = table + offset
    let kept = v128.and(v128.load(at), m0)
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m1))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m2))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m3))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m4))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m5))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m6))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m7))
    at += bytes
    kept = v128.or(kept, v128.and(v128.load(at), m8))
    v128.store(r + offset, kept)
  }
}
