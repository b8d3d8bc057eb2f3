// The universal hash of the consistency check. A column of a bit matrix, cut into blocks of 128 bits, is a vector over
// GF(2^128); its hash is the inner product with public challenges. All 128 columns are hashed at once, row by row: the
// product by one challenge is a convolution of its bits with the 128 rows of a block.

/** Rows that go into one look-up: a table of 16 sums for each four rows. */
const GROUPS: usize = 32
const TABLE_STRIDE: usize = GROUPS * 16
const TABLES: usize = memory.data(8192, 16)

/** Rows of an unreduced sum: degrees 0 to 254. */
const SUM_ROWS: usize = 255

/**
 * sum += challenge · block: 255 rows of 16 bytes, unreduced, from 128 rows. The challenge is public and comes as four
 * words, least significant first; what it chooses is an address.
 */
export function accumulate(sum: usize, rows: usize, c0: i32, c1: i32, c2: i32, c3: i32): void {
  fillTables(rows)
  const low = ((<u64>(<u32>c1)) << 32) | <u64>(<u32>c0)
  const high = ((<u64>(<u32>c3)) << 32) | <u64>(<u32>c2)
  for (let d: usize = 0; d < 131; d++) {
    const entry = TABLES + <usize>windowAt(low, high, <i32>d - 3) * TABLE_STRIDE
    const at = sum + 16 * d
    v128.store(at, v128.xor(v128.load(at, 0), v128.load(entry, 0)), 0)
    v128.store(at, v128.xor(v128.load(at, 64), v128.load(entry, 16)), 64)
    v128.store(at, v128.xor(v128.load(at, 128), v128.load(entry, 32)), 128)
    v128.store(at, v128.xor(v128.load(at, 192), v128.load(entry, 48)), 192)
    v128.store(at, v128.xor(v128.load(at, 256), v128.load(entry, 64)), 256)
    v128.store(at, v128.xor(v128.load(at, 320), v128.load(entry, 80)), 320)
    v128.store(at, v128.xor(v128.load(at, 384), v128.load(entry, 96)), 384)
    v128.store(at, v128.xor(v128.load(at, 448), v128.load(entry, 112)), 448)
    v128.store(at, v128.xor(v128.load(at, 512), v128.load(entry, 128)), 512)
    v128.store(at, v128.xor(v128.load(at, 576), v128.load(entry, 144)), 576)
    v128.store(at, v128.xor(v128.load(at, 640), v128.load(entry, 160)), 640)
    v128.store(at, v128.xor(v128.load(at, 704), v128.load(entry, 176)), 704)
    v128.store(at, v128.xor(v128.load(at, 768), v128.load(entry, 192)), 768)
    v128.store(at, v128.xor(v128.load(at, 832), v128.load(entry, 208)), 832)
    v128.store(at, v128.xor(v128.load(at, 896), v128.load(entry, 224)), 896)
    v128.store(at, v128.xor(v128.load(at, 960), v128.load(entry, 240)), 960)
    v128.store(at, v128.xor(v128.load(at, 1024), v128.load(entry, 256)), 1024)
    v128.store(at, v128.xor(v128.load(at, 1088), v128.load(entry, 272)), 1088)
    v128.store(at, v128.xor(v128.load(at, 1152), v128.load(entry, 288)), 1152)
    v128.store(at, v128.xor(v128.load(at, 1216), v128.load(entry, 304)), 1216)
    v128.store(at, v128.xor(v128.load(at, 1280), v128.load(entry, 320)), 1280)
    v128.store(at, v128.xor(v128.load(at, 1344), v128.load(entry, 336)), 1344)
    v128.store(at, v128.xor(v128.load(at, 1408), v128.load(entry, 352)), 1408)
    v128.store(at, v128.xor(v128.load(at, 1472), v128.load(entry, 368)), 1472)
    v128.store(at, v128.xor(v128.load(at, 1536), v128.load(entry, 384)), 1536)
    v128.store(at, v128.xor(v128.load(at, 1600), v128.load(entry, 400)), 1600)
    v128.store(at, v128.xor(v128.load(at, 1664), v128.load(entry, 416)), 1664)
    v128.store(at, v128.xor(v128.load(at, 1728), v128.load(entry, 432)), 1728)
    v128.store(at, v128.xor(v128.load(at, 1792), v128.load(entry, 448)), 1792)
    v128.store(at, v128.xor(v128.load(at, 1856), v128.load(entry, 464)), 1856)
    v128.store(at, v128.xor(v128.load(at, 1920), v128.load(entry, 480)), 1920)
    v128.store(at, v128.xor(v128.load(at, 1984), v128.load(entry, 496)), 1984)
  }
}

/** Bits `from` to `from` + 3 of a challenge, zeros outside. */
function windowAt(low: u64, high: u64, from: i32): u32 {
  if (from < 0) return <u32>(low << (<u64>-from)) & 15
  if (from >= 64) return <u32>(high >> <u64>(from - 64)) & 15
  if (from <= 60) return <u32>(low >> <u64>from) & 15
  return <u32>((low >> <u64>from) | (high << (<u64>(64 - from)))) & 15
}

/** Entry m of a group: the sum of its rows 3 − t for the bits t of m. Entries of all groups with one m are neighbours. */
function fillTables(rows: usize): void {
  const zero = i64x2.splat(0)
  for (let g: usize = 0; g < GROUPS; g++) {
    const at = TABLES + 16 * g
    const m8 = v128.load(rows + 64 * g)
    const m4 = v128.load(rows + 64 * g, 16)
    const m2 = v128.load(rows + 64 * g, 32)
    const m1 = v128.load(rows + 64 * g, 48)
    const m3 = v128.xor(m1, m2)
    const m12 = v128.xor(m8, m4)
    v128.store(at, zero)
    v128.store(at, m1, 512)
    v128.store(at, m2, 1024)
    v128.store(at, m3, 1536)
    v128.store(at, m4, 2048)
    v128.store(at, v128.xor(m4, m1), 2560)
    v128.store(at, v128.xor(m4, m2), 3072)
    v128.store(at, v128.xor(m4, m3), 3584)
    v128.store(at, m8, 4096)
    v128.store(at, v128.xor(m8, m1), 4608)
    v128.store(at, v128.xor(m8, m2), 5120)
    v128.store(at, v128.xor(m8, m3), 5632)
    v128.store(at, m12, 6144)
    v128.store(at, v128.xor(m12, m1), 6656)
    v128.store(at, v128.xor(m12, m2), 7168)
    v128.store(at, v128.xor(m12, m3), 7680)
  }
}

/** Reduces the 255 rows of a sum by x^128 + x^7 + x^2 + x + 1 to its first 128; the others become zero. */
export function reduce(sum: usize): void {
  for (let b: usize = SUM_ROWS - 1; b >= 128; b--) {
    const row = v128.load(sum + 16 * b)
    v128.store(sum + 16 * b, i64x2.splat(0))
    const to = sum + 16 * (b - 128)
    v128.store(to, v128.xor(v128.load(to), row))
    v128.store(to, v128.xor(v128.load(to, 16), row), 16)
    v128.store(to, v128.xor(v128.load(to, 32), row), 32)
    v128.store(to, v128.xor(v128.load(to, 112), row), 112)
  }
}
