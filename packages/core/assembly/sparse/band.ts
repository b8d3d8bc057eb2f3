// Linear systems whose rows are bands of 256 bits. Addresses follow from the rows: their caller says what that shows.

/** Bytes of a band. */
const BAND_BYTES: usize = 32

/**
 * Brings each row, in the order given, to the first column that no row leads yet; bands and values change in place, and
 * `leaders` gets the number of the row plus one in the column that it leads.
 *
 * @param outcome 4 bytes: the number of the first row that depends on others plus one, or 0
 */
export function eliminate(
  bands: usize,
  values: usize,
  valueBytes: i32,
  starts: usize,
  order: usize,
  leaders: usize,
  count: i32,
  outcome: usize,
): void {
  store<u32>(outcome, 0)
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(order + 4 * i)
    const band = bands + BAND_BYTES * row
    const value = values + valueBytes * row
    let column = <usize>load<u32>(starts + 4 * row)
    let b0 = load<u64>(band)
    let b1 = load<u64>(band, 8)
    let b2 = load<u64>(band, 16)
    let b3 = load<u64>(band, 24)
    for (;;) {
      if (b0 == 0) {
        if ((b1 | b2 | b3) == 0) {
          store<u32>(outcome, <u32>row + 1)
          return
        }
        b0 = b1
        b1 = b2
        b2 = b3
        b3 = 0
        column += 64
        continue
      }
      const zeros = ctz(b0)
      if (zeros != 0) {
        const rest = 64 - zeros
        b0 = (b0 >> zeros) | (b1 << rest)
        b1 = (b1 >> zeros) | (b2 << rest)
        b2 = (b2 >> zeros) | (b3 << rest)
        b3 = b3 >> zeros
        column += <usize>zeros
      }
      const leader = <usize>load<u32>(leaders + 4 * column)
      if (leader == 0) break
      const other = bands + BAND_BYTES * (leader - 1)
      b0 ^= load<u64>(other)
      b1 ^= load<u64>(other, 8)
      b2 ^= load<u64>(other, 16)
      b3 ^= load<u64>(other, 24)
      addValue(value, values + valueBytes * (leader - 1), valueBytes)
    }
    store<u64>(band, b0)
    store<u64>(band, b1, 8)
    store<u64>(band, b2, 16)
    store<u64>(band, b3, 24)
    store<u32>(leaders + 4 * column, <u32>row + 1)
  }
}

/** From the last column to the first: a row's own column falls out of the others, a free one is taken from `free`. */
export function substitute(
  out: usize,
  columns: i32,
  bands: usize,
  values: usize,
  valueBytes: i32,
  leaders: usize,
  free: usize,
): void {
  let next = free
  for (let column = columns - 1; column >= 0; column--) {
    const leader = <usize>load<u32>(leaders + 4 * column)
    const at = out + valueBytes * column
    if (leader == 0) {
      memory.copy(at, next, valueBytes)
      next += valueBytes
      continue
    }
    const band = bands + BAND_BYTES * (leader - 1)
    const value = values + valueBytes * (leader - 1)
    memory.copy(at, value, valueBytes)
    // The column holds the row's value by now: its own bit must not count it twice.
    addProduct(
      at,
      at,
      valueBytes,
      load<u64>(band) & ~1,
      load<u64>(band, 8),
      load<u64>(band, 16),
      load<u64>(band, 24),
    )
  }
}

/** out[row] = the sum of the columns that the band of the row selects, from its start on; rows are taken in order. */
export function bandProducts(
  out: usize,
  columns: usize,
  valueBytes: i32,
  starts: usize,
  order: usize,
  bands: usize,
  count: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(order + 4 * i)
    const at = out + valueBytes * row
    const band = bands + BAND_BYTES * row
    memory.fill(at, 0, valueBytes)
    addProduct(
      at,
      columns + valueBytes * <usize>load<u32>(starts + 4 * row),
      valueBytes,
      load<u64>(band),
      load<u64>(band, 8),
      load<u64>(band, 16),
      load<u64>(band, 24),
    )
  }
}

function addValue(to: usize, from: usize, bytes: i32): void {
  let i = 0
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.xor(v128.load(to + i), v128.load(from + i)))
  if (i < bytes) store<u64>(to + i, load<u64>(to + i) ^ load<u64>(from + i))
}

function addProduct(at: usize, first: usize, bytes: i32, b0: u64, b1: u64, b2: u64, b3: u64): void {
  let i = 0
  for (; i + 16 <= bytes; i += 16) {
    let sum = v128.load(at + i)
    sum = addSelected(sum, first + i, bytes, b0)
    sum = addSelected(sum, first + i + 64 * bytes, bytes, b1)
    sum = addSelected(sum, first + i + 128 * bytes, bytes, b2)
    sum = addSelected(sum, first + i + 192 * bytes, bytes, b3)
    v128.store(at + i, sum)
  }
  if (i < bytes) {
    let sum = load<u64>(at + i)
    sum = addSelectedHalf(sum, first + i, bytes, b0)
    sum = addSelectedHalf(sum, first + i + 64 * bytes, bytes, b1)
    sum = addSelectedHalf(sum, first + i + 128 * bytes, bytes, b2)
    sum = addSelectedHalf(sum, first + i + 192 * bytes, bytes, b3)
    store<u64>(at + i, sum)
  }
}

function addSelected(sum: v128, first: usize, stride: i32, bits: u64): v128 {
  let rest = bits
  while (rest != 0) {
    sum = v128.xor(sum, v128.load(first + <usize>ctz(rest) * stride))
    rest &= rest - 1
  }
  return sum
}

function addSelectedHalf(sum: u64, first: usize, stride: i32, bits: u64): u64 {
  let rest = bits
  while (rest != 0) {
    sum ^= load<u64>(first + <usize>ctz(rest) * stride)
    rest &= rest - 1
  }
  return sum
}
