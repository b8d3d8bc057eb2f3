// An expand-convolute code (eprint 2023/882), dual encoding: the parity half of a vector is convolved in place, and each
// output adds some of its elements. The code is public; what it is applied to decides no address.

/** Elements behind the current one that a convolution adds to by coin; the one behind them is always added to. */
const STATE: i32 = 24

/**
 * The 25th element is multiplied by x^41, which is in no subfield. A code whose coefficients are bits would encode each of
 * the 128 bits of its elements by itself, with noise at the same positions: that is weaker by far than one large field.
 */
const SHIFT: u64 = 41

/**
 * Positions `from` to `from` + `count` of one pass over n > 25 elements: element i is added to those of the next 24 whose
 * coefficient is one, and to the 25th, which is then multiplied by x^41; behind the last comes the first.
 *
 * @param coefficients 4 bytes for each of these positions, of which the low 24 bits count
 */
export function convolute(x: usize, n: i32, coefficients: usize, from: i32, count: i32): void {
  for (let i = from; i < from + count; i++) {
    const at = x + 16 * <usize>i
    const element = v128.load(at)
    const bits = load<u32>(coefficients + 4 * <usize>(i - from))
    if (i + STATE + 1 < n) {
      for (let j = 0; j < STATE; j += 4) {
        const to = at + 16 * <usize>(j + 1)
        const group = bits >> j
        v128.store(to, v128.xor(v128.load(to), v128.and(element, maskOf(group))))
        v128.store(to, v128.xor(v128.load(to, 16), v128.and(element, maskOf(group >> 1))), 16)
        v128.store(to, v128.xor(v128.load(to, 32), v128.and(element, maskOf(group >> 2))), 32)
        v128.store(to, v128.xor(v128.load(to, 48), v128.and(element, maskOf(group >> 3))), 48)
      }
      const last = at + 16 * (STATE + 1)
      v128.store(last, v128.xor(v128.load(last), element))
      multiplyByShift(last)
    } else {
      for (let j = 0; j < STATE; j++) {
        const to = x + 16 * <usize>wrapped(i + j + 1, n)
        v128.store(to, v128.xor(v128.load(to), v128.and(element, maskOf(bits >> j))))
      }
      const last = x + 16 * <usize>wrapped(i + STATE + 1, n)
      v128.store(last, v128.xor(v128.load(last), element))
      multiplyByShift(last)
    }
  }
}

/** Times x^41 modulo x^128 + x^7 + x^2 + x + 1, in place. */
function multiplyByShift(at: usize): void {
  const low = load<u64>(at)
  const high = load<u64>(at, 8)
  const over = high >> (64 - SHIFT)
  store<u64>(at, (low << SHIFT) ^ over ^ (over << 1) ^ (over << 2) ^ (over << 7))
  store<u64>(at, (high << SHIFT) | (low >> (64 - SHIFT)), 8)
}

function wrapped(i: i32, n: i32): i32 {
  return i < n ? i : i - n
}

function maskOf(bits: u32): v128 {
  return i32x4.splat(0 - <i32>(bits & 1))
}

/**
 * out[i] += `regular` elements of x, one from each of as many equal parts, and `uniform` from anywhere, for `count`
 * outputs.
 *
 * @param draws 4 bytes for each element that is added, output by output; public
 */
export function expand(
  out: usize,
  x: usize,
  n: i32,
  draws: usize,
  regular: i32,
  uniform: i32,
  count: i32,
): void {
  const part = n / regular
  let draw = draws
  for (let i = 0; i < count; i++) {
    const at = out + 16 * <usize>i
    let sum = v128.load(at)
    let first = x
    for (let j = 0; j < regular; j++) {
      sum = v128.xor(sum, v128.load(first + 16 * scaled(load<u32>(draw), part)))
      first += 16 * <usize>part
      draw += 4
    }
    for (let j = 0; j < uniform; j++) {
      sum = v128.xor(sum, v128.load(x + 16 * scaled(load<u32>(draw), n)))
      draw += 4
    }
    v128.store(at, sum)
  }
}

/** A draw of 32 bits as a number below n, up to n · 2^-32 from uniform. */
function scaled(draw: u32, n: i32): usize {
  return <usize>((<u64>draw * <u64>n) >> 32)
}
