import { BAND_BYTES, type SparseKernelFactory } from '@mixun/core/sparse'
import { viewBytes } from '../blocks/words.ts'
import { layOut } from '../blocks/lay-out.ts'
import type { OkvsRows } from './rows.ts'

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
  { count, starts, bands }: OkvsRows,
  values: Uint8Array,
  valueBytes: number,
  free: Uint8Array,
  makeKernel: SparseKernelFactory,
): Uint8Array | DependentRow {
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
  const order = orderByStart(starts, columns)
  memory.set(viewBytes(bands), places.bands)
  memory.set(values, places.values)
  memory.set(viewBytes(starts), places.starts)
  memory.set(viewBytes(order), places.order)
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
  const [outcome] = new Uint32Array(memory.slice(places.outcome, places.outcome + 4).buffer)
  if (outcome !== 0) return { dependent: (outcome as number) - 1 }
  kernel.substitute(places.out, columns, places.bands, places.values, valueBytes, places.leaders, places.free)
  return memory.slice(places.out, places.out + columns * valueBytes)
}

/** The values of rows: what their bands select of the columns. */
export function productsOf(
  columns: Uint8Array,
  { count, starts, bands }: OkvsRows,
  valueBytes: number,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const { places, bytes } = layOut({
    columns: columns.length,
    starts: 4 * count,
    bands: BAND_BYTES * count,
    out: count * valueBytes,
  })
  const kernel = makeKernel(bytes)
  const { memory } = kernel
  memory.set(columns, places.columns)
  memory.set(viewBytes(starts), places.starts)
  memory.set(viewBytes(bands), places.bands)
  kernel.bandProducts(places.out, places.columns, valueBytes, places.starts, places.bands, count)
  return memory.slice(places.out, places.out + count * valueBytes)
}

/** Row numbers in order of start, by counting: linear, and the same on every machine. */
function orderByStart(starts: Uint32Array, columns: number): Uint32Array {
  const next = new Uint32Array(columns + 1)
  for (const start of starts) next[start + 1] = (next[start + 1] as number) + 1
  for (let column = 1; column <= columns; column++) {
    next[column] = (next[column] as number) + (next[column - 1] as number)
  }
  const order = new Uint32Array(starts.length)
  for (let row = 0; row < starts.length; row++) {
    const start = starts[row] as number
    order[next[start] as number] = row
    next[start] = (next[start] as number) + 1
  }
  return order
}
