// AES-128 (FIPS 197) without look-ups by address: the S-box is sixteen rows of sixteen bytes, and every byte asks all of
// them; a row gives zero for a byte that is not its own.

/** Bytes of the eleven round keys. */
const ROUND_KEYS_BYTES: usize = 176

/** The S-box, byte by byte. */
function substitute(x: v128): v128 {
  let sum = i8x16.swizzle(i8x16(99, 124, 119, 123, -14, 107, 111, -59, 48, 1, 103, 43, -2, -41, -85, 118), x)
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-54, -126, -55, 125, -6, 89, 71, -16, -83, -44, -94, -81, -100, -92, 114, -64), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-73, -3, -109, 38, 54, 63, -9, -52, 52, -91, -27, -15, 113, -40, 49, 21), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(4, -57, 35, -61, 24, -106, 5, -102, 7, 18, -128, -30, -21, 39, -78, 117), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(9, -125, 44, 26, 27, 110, 90, -96, 82, 59, -42, -77, 41, -29, 47, -124), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(83, -47, 0, -19, 32, -4, -79, 91, 106, -53, -66, 57, 74, 76, 88, -49), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-48, -17, -86, -5, 67, 77, 51, -123, 69, -7, 2, 127, 80, 60, -97, -88), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(81, -93, 64, -113, -110, -99, 56, -11, -68, -74, -38, 33, 16, -1, -13, -46), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-51, 12, 19, -20, 95, -105, 68, 23, -60, -89, 126, 61, 100, 93, 25, 115), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(96, -127, 79, -36, 34, 42, -112, -120, 70, -18, -72, 20, -34, 94, 11, -37), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-32, 50, 58, 10, 73, 6, 36, 92, -62, -45, -84, 98, -111, -107, -28, 121), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-25, -56, 55, 109, -115, -43, 78, -87, 108, 86, -12, -22, 101, 122, -82, 8), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-70, 120, 37, 46, 28, -90, -76, -58, -24, -35, 116, 31, 75, -67, -117, -118), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(112, 62, -75, 102, 72, 3, -10, 14, 97, 53, 87, -71, -122, -63, 29, -98), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-31, -8, -104, 17, 105, -39, -114, -108, -101, 30, -121, -23, -50, 85, 40, -33), x),
  )
  x = i8x16.sub(x, i8x16.splat(16))
  sum = v128.or(
    sum,
    i8x16.swizzle(i8x16(-116, -95, -119, 13, -65, -26, 66, 104, 65, -103, 45, 15, -80, 84, -69, 22), x),
  )
  return sum
}

/** out = the encryptions of `count` blocks, one by one, under the round keys. */
export function encryptBlocks(out: usize, blocks: usize, roundKeys: usize, count: i32): void {
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) {
    let state = v128.xor(v128.load(blocks + i), v128.load(roundKeys))
    for (let round: usize = 16; round < ROUND_KEYS_BYTES - 16; round += 16) {
      state = v128.xor(mixColumns(shiftRows(substitute(state))), v128.load(roundKeys + round))
    }
    state = v128.xor(shiftRows(substitute(state)), v128.load(roundKeys, ROUND_KEYS_BYTES - 16))
    v128.store(out + i, state)
  }
}

/** The eleven round keys of a key of 16 bytes. */
export function expandKey(roundKeys: usize, key: usize): void {
  let last = v128.load(key)
  v128.store(roundKeys, last)
  let constant: i32 = 1
  for (let round: usize = 16; round < ROUND_KEYS_BYTES; round += 16) {
    // The last word, rotated and substituted, in all four words.
    const word = i8x16.shuffle(last, last, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12)
    const mixed = v128.xor(substitute(word), i32x4.splat(constant))
    // Each word adds up all words before it.
    const zero = i64x2.splat(0)
    let sums = v128.xor(
      last,
      i8x16.shuffle(zero, last, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27),
    )
    sums = v128.xor(sums, i8x16.shuffle(zero, sums, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23))
    last = v128.xor(sums, mixed)
    v128.store(roundKeys + round, last)
    constant = constant < 128 ? constant << 1 : 27
  }
}

function shiftRows(x: v128): v128 {
  return i8x16.shuffle(x, x, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11)
}

/** Each byte a of a column with b, c, d below it becomes 2·a + 3·b + c + d. */
function mixColumns(a: v128): v128 {
  const b = i8x16.shuffle(a, a, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
  const ab = v128.xor(a, b)
  const cd = i8x16.shuffle(ab, ab, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
  // Doubling: the sign says whether 0x1b is to be added.
  const carry = v128.and(i8x16.shr_s(ab, 7), i8x16.splat(27))
  const doubled = v128.xor(i8x16.add(ab, ab), carry)
  return v128.xor(v128.xor(doubled, b), cd)
}
