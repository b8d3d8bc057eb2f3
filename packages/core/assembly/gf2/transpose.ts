// Transposition of bit matrices of 128 columns, in blocks of 128 rows. Bits run from the least significant of each byte.

/** Bytes of a block of 128 rows. */
const BLOCK_BYTES: usize = 2048

/**
 * out = the rows of a matrix given by columns: `blocks` × 128 rows of 16 bytes, from 128 columns of 16 · blocks bytes
 * that start `stride` bytes apart.
 */
export function transpose(out: usize, columns: usize, stride: usize, blocks: i32): void {
  for (let block: usize = 0; block < <usize>blocks; block++) {
    for (let group: usize = 0; group < 8; group++) {
      transposeSixteen(
        out + block * BLOCK_BYTES + 2 * group,
        columns + 16 * group * stride + 16 * block,
        stride,
      )
    }
  }
}

function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

/**
 * 16 columns by 128 rows: out has two bytes of each row. Four perfect shuffles transpose the 16 × 16 bytes; then each
 * vector holds eight rows, and the sign bits of its bytes are one of them.
 */
function transposeSixteen(out: usize, columns: usize, stride: usize): void {
  let at = columns
  const a0 = v128.load(at)
  at += stride
  const a1 = v128.load(at)
  at += stride
  const a2 = v128.load(at)
  at += stride
  const a3 = v128.load(at)
  at += stride
  const a4 = v128.load(at)
  at += stride
  const a5 = v128.load(at)
  at += stride
  const a6 = v128.load(at)
  at += stride
  const a7 = v128.load(at)
  at += stride
  const a8 = v128.load(at)
  at += stride
  const a9 = v128.load(at)
  at += stride
  const a10 = v128.load(at)
  at += stride
  const a11 = v128.load(at)
  at += stride
  const a12 = v128.load(at)
  at += stride
  const a13 = v128.load(at)
  at += stride
  const a14 = v128.load(at)
  at += stride
  const a15 = v128.load(at)
  const b0 = low(a0, a8)
  const b1 = high(a0, a8)
  const b2 = low(a1, a9)
  const b3 = high(a1, a9)
  const b4 = low(a2, a10)
  const b5 = high(a2, a10)
  const b6 = low(a3, a11)
  const b7 = high(a3, a11)
  const b8 = low(a4, a12)
  const b9 = high(a4, a12)
  const b10 = low(a5, a13)
  const b11 = high(a5, a13)
  const b12 = low(a6, a14)
  const b13 = high(a6, a14)
  const b14 = low(a7, a15)
  const b15 = high(a7, a15)
  const c0 = low(b0, b8)
  const c1 = high(b0, b8)
  const c2 = low(b1, b9)
  const c3 = high(b1, b9)
  const c4 = low(b2, b10)
  const c5 = high(b2, b10)
  const c6 = low(b3, b11)
  const c7 = high(b3, b11)
  const c8 = low(b4, b12)
  const c9 = high(b4, b12)
  const c10 = low(b5, b13)
  const c11 = high(b5, b13)
  const c12 = low(b6, b14)
  const c13 = high(b6, b14)
  const c14 = low(b7, b15)
  const c15 = high(b7, b15)
  const d0 = low(c0, c8)
  const d1 = high(c0, c8)
  const d2 = low(c1, c9)
  const d3 = high(c1, c9)
  const d4 = low(c2, c10)
  const d5 = high(c2, c10)
  const d6 = low(c3, c11)
  const d7 = high(c3, c11)
  const d8 = low(c4, c12)
  const d9 = high(c4, c12)
  const d10 = low(c5, c13)
  const d11 = high(c5, c13)
  const d12 = low(c6, c14)
  const d13 = high(c6, c14)
  const d14 = low(c7, c15)
  const d15 = high(c7, c15)
  const e0 = low(d0, d8)
  const e1 = high(d0, d8)
  const e2 = low(d1, d9)
  const e3 = high(d1, d9)
  const e4 = low(d2, d10)
  const e5 = high(d2, d10)
  const e6 = low(d3, d11)
  const e7 = high(d3, d11)
  const e8 = low(d4, d12)
  const e9 = high(d4, d12)
  const e10 = low(d5, d13)
  const e11 = high(d5, d13)
  const e12 = low(d6, d14)
  const e13 = high(d6, d14)
  const e14 = low(d7, d15)
  const e15 = high(d7, d15)
  storeEight(out, e0)
  storeEight(out + 128, e1)
  storeEight(out + 256, e2)
  storeEight(out + 384, e3)
  storeEight(out + 512, e4)
  storeEight(out + 640, e5)
  storeEight(out + 768, e6)
  storeEight(out + 896, e7)
  storeEight(out + 1024, e8)
  storeEight(out + 1152, e9)
  storeEight(out + 1280, e10)
  storeEight(out + 1408, e11)
  storeEight(out + 1536, e12)
  storeEight(out + 1664, e13)
  storeEight(out + 1792, e14)
  storeEight(out + 1920, e15)
}

function storeEight(out: usize, bytes: v128): void {
  let rest = bytes
  store<u16>(out, <u16>i8x16.bitmask(rest), 112)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 96)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 80)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 64)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 48)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 32)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 16)
  rest = i8x16.add(rest, rest)
  store<u16>(out, <u16>i8x16.bitmask(rest), 0)
}
