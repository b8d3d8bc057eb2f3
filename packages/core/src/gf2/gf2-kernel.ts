/** Rows of an unreduced sum of {@link Gf2Kernel.accumulate}: degrees 0 to 254. */
export const SUM_ROWS = 255

/**
 * Bit matrices, GF(2^128) and runs of 128-bit blocks, over a memory of its own: what OT extension computes with. Two
 * implementations, `wasmGf2` and the readable `referenceGf2`, agree bit for bit. All arguments are addresses in
 * {@link Gf2Kernel.memory}, multiples of 16, and counts; ranges may be the same or apart, not overlap. Nothing is checked:
 * a caller passes no number that a peer chose.
 *
 * Bits run from the least significant of each byte; an element of GF(2^128) is a little-endian number whose bit i is the
 * coefficient of x^i, modulo x^128 + x^7 + x^2 + x + 1.
 */
export interface Gf2Kernel {
  readonly name: 'wasm' | 'reference'
  readonly memory: Uint8Array

  /** out: `blocks` · 128 rows of 16 bytes, from 128 columns of 16 · `blocks` bytes that start `stride` bytes apart. */
  transpose(out: number, columns: number, stride: number, blocks: number): void
  /**
   * u = Σ r[x] and v = Σ x · r[x] over the 2^k streams r of `bytes` bytes at `leaves`; x counts as a vector of k bits, so v
   * is k streams. Streams of r and of v are `stride` bytes apart. k is 1, 2 or 4.
   */
  fold(k: number, u: number, v: number, leaves: number, stride: number, bytes: number): void
  /** Adds the stream d to stream t of w wherever byte t of `masks` is 255, for k streams; the other bytes are 0. */
  correct(k: number, w: number, d: number, masks: number, stride: number, bytes: number): void
  /** out = a + b */
  xor(out: number, a: number, b: number, bytes: number): void
  /** out[i] = a[i] + the block at `block`, for `count` blocks. */
  xorBlock(out: number, a: number, block: number, count: number): void
  /** out[i] = a[i] + (first + i) as a little-endian number of 64 bits, for `count` blocks. `first` is a safe integer. */
  xorTweaks(out: number, a: number, first: number, count: number): void
  /**
   * sum += challenge · block, in every column of a block of 128 rows: {@link SUM_ROWS} rows of 16 bytes, unreduced.
   *
   * @param challenge an element, public: it decides addresses
   */
  accumulate(sum: number, rows: number, challenge: Uint8Array): void
  /** Reduces a sum to its first 128 rows; the others become zero. */
  reduce(sum: number): void
  /** out = a · b */
  multiply(out: number, a: number, b: number): void
  /** out = Σ a[i] · b[i], for `count` elements. */
  innerProduct(out: number, a: number, b: number, count: number): void
}

/** Makes a kernel with a zeroed memory of so many bytes. @throws ERR_INPUT_RANGE above {@link MAX_GF2_BYTES} */
export type Gf2KernelFactory = (bytes: number) => Gf2Kernel

/** Most bytes of a kernel's memory. */
export const MAX_GF2_BYTES = 2 ** 29
