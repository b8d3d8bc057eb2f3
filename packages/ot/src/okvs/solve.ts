import { BAND_BYTES, type SparseKernelFactory } from '@mixun/core/sparse'
import { layOut } from '../blocks/lay-out.ts'
import { BAND_WORDS, type RowSource } from './rows.ts'

/** Two rows that depend on each other, or on others: no store exists for every value under this seed. */
export interface DependentRow {
  readonly dependent: number
}

/**
 * Solves `rows · columns = values` with every free column random (eprint 2023/903: Gaussian elimination over
 * bands in order of their start, then substitution from the last column). The solution is uniform among all solutions.
 *
 * @param values `valueBytes` bytes a row
 * @param free the free columns, m − n of them, uniform
 * @returns the columns, or the row that depends on others
 */
export function solve(
  columns: number,
  rows: RowSource,
  values: Uint8Array,
  valueBytes: number,
  free: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array | DependentRow {
  const { count } = rows
  const { places, bytes } = layOut({
    bands: BAND_BYTES * count,
    values: values.length,
    starts: 4 * count,
    order: 4 * count,
    leaders: 4 * columns,
    free: free.length,
    out: columns * valueBytes,
    outcome: 4,
  })
  const kernel = makeKernel(bytes)
  const { memory } = kernel
  deriveAndOrder(memory, rows, columns, places)
  memory.set(values, places.values)
  memory.set(free, places.free)
  kernel.eliminate(
    places.bands,
    places.values,
    valueBytes,
    places.starts,
    places.order,
    places.leaders,
    count,
    places.outcome,
  )
  const [outcome] = wordsAt(memory, places.outcome, 1)
  if (outcome !== 0) return { dependent: (outcome as number) - 1 }
  kernel.substitute(places.out, columns, places.bands, places.values, valueBytes, places.leaders, places.free)
  return memory.slice(places.out, places.out + columns * valueBytes)
}

/** The values of rows: what their bands select of the columns. */
export function productsOf(
  columns: Uint8Array,
  rows: RowSource,
  valueBytes: number,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const { count } = rows
  const { places, bytes } = layOut({
    columns: columns.length,
    starts: 4 * count,
    order: 4 * count,
    bands: BAND_BYTES * count,
    out: count * valueBytes,
  })
  const kernel = makeKernel(bytes)
  const { memory } = kernel
  memory.set(columns, places.columns)
  deriveAndOrder(memory, rows, columns.length / valueBytes, places)
  kernel.bandProducts(
    places.out,
    places.columns,
    valueBytes,
    places.starts,
    places.order,
    places.bands,
    count,
  )
  return memory.slice(places.out, places.out + count * valueBytes)
}

/** Puts rows into a kernel's memory, with their numbers in order of start: neighbours read the same columns. */
function deriveAndOrder(
  memory: Uint8Array,
  rows: RowSource,
  columns: number,
  places: { readonly bands: number; readonly starts: number; readonly order: number },
): void {
  const { count } = rows
  const bands = new Int32Array(memory.buffer, memory.byteOffset + places.bands, BAND_WORDS * count)
  const starts = wordsAt(memory, places.starts, count)
  rows.derive({ count, starts, bands })
  orderByStart(starts, columns, wordsAt(memory, places.order, count))
}

function wordsAt(memory: Uint8Array, at: number, count: number): Uint32Array {
  return new Uint32Array(memory.buffer, memory.byteOffset + at, count)
}

/** Row numbers in order of start, by counting: linear, and the same on every machine. */
function orderByStart(starts: Uint32Array, columns: number, order: Uint32Array): void {
  const next = new Uint32Array(columns + 1)
  for (const start of starts) next[start + 1] = (next[start + 1] as number) + 1
  for (let column = 1; column <= columns; column++) {
    next[column] = (next[column] as number) + (next[column - 1] as number)
  }
  for (let row = 0; row < starts.length; row++) {
    const start = starts[row] as number
    order[next[start] as number] = row
    next[start] = (next[start] as number) + 1
  }
}
