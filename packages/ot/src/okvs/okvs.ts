/**
 * Oblivious key-value store by random bands, RB-OKVS (Bienstock, Patel, Seo, Yeo, eprint 2023/903): an array of
 * m = ⌈1.1·n⌉ + 256 columns from which each of n keys gives its value, and any other key gives what nobody can tell from
 * a value.
 *
 *   encode(keys, values)      seed ← random; row(k) = 256 random bits at a random place, from the seed and k
 *                             solve row(kᵢ) · columns = valueᵢ over GF(2), free columns random
 *   decode(store, k)          row(k) · columns
 *
 * Oblivious: for uniform values the columns are uniform whatever the keys, since rows that are independent have as many
 * solutions for every value and a random one is taken. Who sees the store learns n and the length of values. A store
 * whose values are not uniform hides nothing: it hides a key's presence only as far as its value looks random.
 *
 * Encoding fails, and takes the next seed, where rows depend on each other: below 2^-49 for 2^24 items. That a seed was
 * passed over says as much of the keys; count it to the statistical error. A malicious encoder can fit as many values as
 * there are columns, 1.1·n + 256, not n: protocols meter by columns.
 *
 * Not constant time: the order of rows and the addresses that are read follow from keys.
 */
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { type SparseKernelFactory, wasmSparse } from '@mixun/core/sparse'
import { checkValueBytes, OKVS_KEY_BYTES, okvsColumns, type OkvsParameters } from './params.ts'
import { requireDistinctKeys } from './distinct.ts'
import { rowsOf } from './rows.ts'
import { productsOf, solve } from './solve.ts'

/** An encoded store. Public to whom it is given; made by {@link encodeOkvs} or from bytes. */
export interface Okvs {
  readonly parameters: OkvsParameters
  /** Number of items that it has the size for. */
  readonly count: number
  readonly valueBytes: number
  /** {@link OKVS_KEY_BYTES} bytes; what rows are derived under. */
  readonly seed: Uint8Array
  /** `okvsColumns` columns of `valueBytes` bytes, one after another. */
  readonly columns: Uint8Array
}

/** What {@link encodeOkvs} encodes. */
export interface OkvsItems {
  /** n keys of {@link OKVS_KEY_BYTES} bytes, one after another: hashes or PRF outputs, no two alike. */
  readonly keys: Uint8Array
  /** n values of `valueBytes` bytes, one after another; uniform to whoever must not learn the keys. */
  readonly values: Uint8Array
  /** A multiple of 8 of at most 1,024. */
  readonly valueBytes: number
  /** Items that the store has the size for, n or more: what shows in the place of n. Default: n. */
  readonly capacity?: number
}

/**
 * Encodes n items. One source of randomness gives one store, byte for byte.
 *
 * @throws ERR_INPUT_LENGTH, ERR_INPUT_RANGE, ERR_INPUT_DUPLICATE for a key that stands twice, ERR_OKVS_ENCODE when every
 * seed failed
 */
export function encodeOkvs(
  parameters: OkvsParameters,
  items: OkvsItems,
  random: RandomSource,
  makeKernel: SparseKernelFactory = wasmSparse,
): Okvs {
  const { keys, values, valueBytes } = items
  const count = keys.length / OKVS_KEY_BYTES
  checkValueBytes(valueBytes)
  if (!Number.isInteger(count) || values.length !== count * valueBytes) {
    fail(
      'ERR_INPUT_LENGTH',
      `expected a value of ${valueBytes} bytes for each key of ${OKVS_KEY_BYTES} bytes`,
    )
  }
  const capacity = items.capacity ?? count
  if (capacity < count) fail('ERR_INPUT_RANGE', `expected room for ${count} items, found ${capacity}`)
  const columns = okvsColumns(parameters, capacity)
  for (let attempt = 0; attempt < parameters.seeds; attempt++) {
    const seed = random.bytes(OKVS_KEY_BYTES)
    const solution = solve(
      columns,
      rowsOf(parameters, columns, seed, keys),
      values,
      valueBytes,
      random.bytes((columns - count) * valueBytes),
      makeKernel,
    )
    if (solution instanceof Uint8Array) {
      return { parameters, count: capacity, valueBytes, seed, columns: solution }
    }
    requireDistinctKeys(keys)
  }
  return fail('ERR_OKVS_ENCODE', `no store for ${count} items under ${parameters.seeds} seeds`)
}

/**
 * The values of keys, in their order, one after another: what was encoded for a key that was, and what looks random for
 * another.
 *
 * @throws ERR_INPUT_LENGTH
 */
export function decodeOkvs(
  store: Okvs,
  keys: Uint8Array,
  makeKernel: SparseKernelFactory = wasmSparse,
): Uint8Array {
  const { parameters, valueBytes } = store
  const columnCount = okvsColumns(parameters, store.count)
  checkValueBytes(valueBytes)
  if (store.columns.length !== columnCount * valueBytes) {
    fail('ERR_INPUT_LENGTH', `expected ${columnCount} columns of ${valueBytes} bytes`)
  }
  const rows = rowsOf(parameters, columnCount, store.seed, keys)
  return productsOf(store.columns, rows, valueBytes, makeKernel)
}
