// Sums of products in GF(2^128) (gf2/field.ts) one factor of which is public: it decides addresses, the other does not.

/** Entries of a table: 16 multiples for each group of four bits. */
const GROUPS: i32 = 32
const GROUP_BYTES: usize = 256

/** The multiples of the element at `factor` by every group of four bits, 8,192 bytes at `table`. */
export function fillMultiples(table: usize, factor: usize): void {
  let low = load<u64>(factor)
  let high = load<u64>(factor, 8)
  for (let group = 0; group < GROUPS; group++) {
    const at = table + GROUP_BYTES * <usize>group
    v128.store(at, i64x2.splat(0))
    for (let bit = 0; bit < 4; bit++) {
      const size: usize = 16 << bit
      store<u64>(at + size, low)
      store<u64>(at + size, high, 8)
      const multiple = v128.load(at + size)
      for (let entry: usize = 16; entry < size; entry += 16) {
        v128.store(at + size + entry, v128.xor(v128.load(at + entry), multiple))
      }
      const carry = high >> 63
      high = (high << 1) | (low >> 63)
      low = (low << 1) ^ (0x87 & (0 - carry))
    }
  }
}

/** out[i] += a[i] · the factor of the table, for `count` elements; the elements a are public. */
export function addMultiples(out: usize, a: usize, table: usize, count: i32): void {
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) {
    let sum = v128.load(out + i)
    let bits = load<u64>(a + i)
    for (let group: usize = 0; group < 16; group++) {
      sum = v128.xor(sum, v128.load(table + GROUP_BYTES * group + 16 * <usize>(bits & 15)))
      bits >>= 4
    }
    bits = load<u64>(a + i, 8)
    for (let group: usize = 16; group < 32; group++) {
      sum = v128.xor(sum, v128.load(table + GROUP_BYTES * group + 16 * <usize>(bits & 15)))
      bits >>= 4
    }
    v128.store(out + i, sum)
  }
}

/** Adds each value to one bucket a group of four bits of its weight: 8,192 bytes at `buckets`. The weights are public. */
export function fillBuckets(buckets: usize, weights: usize, values: usize, count: i32): void {
  for (let i: usize = 0; i < 16 * <usize>count; i += 16) {
    const value = v128.load(values + i)
    let bits = load<u64>(weights + i)
    for (let group: usize = 0; group < 16; group++) {
      const at = buckets + GROUP_BYTES * group + 16 * <usize>(bits & 15)
      v128.store(at, v128.xor(v128.load(at), value))
      bits >>= 4
    }
    bits = load<u64>(weights + i, 8)
    for (let group: usize = 16; group < 32; group++) {
      const at = buckets + GROUP_BYTES * group + 16 * <usize>(bits & 15)
      v128.store(at, v128.xor(v128.load(at), value))
      bits >>= 4
    }
  }
}

/** out = the sum of weight · value over all that went into the buckets. */
export function sumBuckets(out: usize, buckets: usize): void {
  let low: u64 = 0
  let high: u64 = 0
  for (let bit = 127; bit >= 0; bit--) {
    const carry = high >> 63
    high = (high << 1) | (low >> 63)
    low = (low << 1) ^ (0x87 & (0 - carry))
    const at = buckets + GROUP_BYTES * <usize>(bit >> 2)
    for (let entry = 0; entry < 16; entry++) {
      if (((entry >> (bit & 3)) & 1) == 0) continue
      low ^= load<u64>(at + 16 * <usize>entry)
      high ^= load<u64>(at + 16 * <usize>entry, 8)
    }
  }
  store<u64>(out, low)
  store<u64>(out, high, 8)
}

/** out[i] = the sum of x^k · row[128 i + k], for `count` elements out of 128 rows each. */
export function packRows(out: usize, rows: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    let low: u64 = 0
    let high: u64 = 0
    for (let k = 127; k >= 0; k--) {
      const at = rows + 2048 * i + 16 * <usize>k
      const carry = high >> 63
      high = ((high << 1) | (low >> 63)) ^ load<u64>(at, 8)
      low = (low << 1) ^ (0x87 & (0 - carry)) ^ load<u64>(at)
    }
    store<u64>(out + 16 * i, low)
    store<u64>(out + 16 * i, high, 8)
  }
}
