/** Bytes of a band: 256 bits. */
export const BAND_BYTES = 32

/** Bytes of a table of multiples and of a set of buckets. */
export const MULTIPLES_BYTES = 8_192

/** Elements that a convolution reaches behind the current one; a vector has more. */
export const CONVOLUTION_REACH = 25

/**
 * Sparse linear maps over blocks of 128 bits, in a memory of its own: band systems as key-value stores solve them, an
 * expand-convolute code, and sums of multiples in GF(2^128). Two implementations, `wasmSparse` and the readable
 * `referenceSparse`, agree bit for bit. All arguments are addresses in {@link SparseKernel.memory}, multiples of 16, and
 * counts; ranges do not overlap. Nothing is checked: a caller passes no number that a peer chose.
 *
 * Elements of GF(2^128) are those of `Gf2Kernel`. Numbers in memory are little-endian words of 32 bits.
 */
export interface SparseKernel {
  readonly name: 'wasm' | 'reference'
  readonly memory: Uint8Array

  /**
   * Brings `count` rows, in the order of their numbers at `order`, to the first column that no row leads yet. Bands of
   * {@link BAND_BYTES} bytes and values of `valueBytes` (a multiple of 8) change in place; `leaders`, zeros before, has for
   * each column the number of its row plus one. Addresses follow from the rows.
   *
   * @param outcome where the number of the first row that depends on others goes, plus one, or 0
   */
  eliminate(
    bands: number,
    values: number,
    valueBytes: number,
    starts: number,
    order: number,
    leaders: number,
    count: number,
    outcome: number,
  ): void
  /** From the last column to the first: a led column is what its row asks for, the others are taken from `free`. */
  substitute(
    out: number,
    columns: number,
    bands: number,
    values: number,
    valueBytes: number,
    leaders: number,
    free: number,
  ): void
  /** out[row] = the sum of the columns that its band selects, from its start on, for `count` rows, taken in order. */
  bandProducts(
    out: number,
    columns: number,
    valueBytes: number,
    starts: number,
    order: number,
    bands: number,
    count: number,
  ): void

  /**
   * Positions `from` to `from` + `count` of a convolution of n elements in place: each is added to those of the next 24
   * whose bit of its word at `coefficients` is set, and to the 25th, which is then multiplied by x^41; behind the last
   * element comes the first.
   */
  convolute(x: number, n: number, coefficients: number, from: number, count: number): void
  /**
   * out[i] += `regular` elements of the n at x, one from each of as many equal parts, and `uniform` from anywhere, for
   * `count` outputs; a word at `draws` each, public.
   */
  expand(
    out: number,
    x: number,
    n: number,
    draws: number,
    regular: number,
    uniform: number,
    count: number,
  ): void

  /** The multiples of an element: {@link MULTIPLES_BYTES} bytes at `table`. */
  fillMultiples(table: number, factor: number): void
  /** out[i] += a[i] · the factor of the table, for `count` elements a, which decide addresses. */
  addMultiples(out: number, a: number, table: number, count: number): void
  /** Adds `count` values to buckets, {@link MULTIPLES_BYTES} bytes, by their weights, which decide addresses. */
  fillBuckets(buckets: number, weights: number, values: number, count: number): void
  /** out = the sum of weight · value over all that went into the buckets. */
  sumBuckets(out: number, buckets: number): void
  /** out[i] = the sum of x^k · row[128 i + k], for `count` elements. */
  packRows(out: number, rows: number, count: number): void
}

/** Makes a kernel with a zeroed memory of so many bytes. @throws ERR_INPUT_RANGE above {@link MAX_SPARSE_BYTES} */
export type SparseKernelFactory = (bytes: number) => SparseKernel

/** Most bytes of a kernel's memory. */
export const MAX_SPARSE_BYTES = 2 ** 31 - 2 ** 20
