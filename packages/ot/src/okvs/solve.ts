import { addBandProduct, type Columns } from './band-product.ts'
import { BAND_WORDS, type OkvsRows } from './rows.ts'

/** The rows in echelon form: at most one row leads each column. */
interface Echelon {
  /** By column: the row that leads there plus one, or 0 for a free column. */
  readonly leaders: Int32Array
}

/** Two rows that depend on each other, or on others: no store exists for every value under this seed. */
export interface DependentRow {
  readonly dependent: number
}

/**
 * Solves `rows · columns = values` with every free column random (eprint 2023/903: Gaussian elimination over
 * bands in order of their start, then substitution from the last column). The solution is uniform among all solutions.
 *
 * @param values words of each row's value; overwritten
 * @param free words of the free columns, m − n of them, uniform
 * @returns the columns, or the row that depends on others
 */
export function solve(
  columns: number,
  rows: OkvsRows,
  values: Columns,
  free: Int32Array,
): Int32Array | DependentRow {
  const echelon = eliminate(columns, rows, values)
  if ('dependent' in echelon) return echelon
  return substitute(columns, rows, values, echelon, free)
}

/** Brings each row, in order of start, to where no row leads yet. Bands and values change in place. */
function eliminate(
  columns: number,
  { bands, starts }: OkvsRows,
  { words: values, wordsPerColumn }: Columns,
): Echelon | DependentRow {
  const leaders = new Int32Array(columns)
  for (const row of orderByStart(starts, columns)) {
    const first = row * BAND_WORDS
    const value = row * wordsPerColumn
    let column = starts[row] as number
    for (;;) {
      const zeros = shiftToFirstBit(bands, first)
      if (zeros < 0) return { dependent: row }
      column += zeros
      const leader = (leaders[column] as number) - 1
      if (leader < 0) break
      const other = leader * BAND_WORDS
      for (let word = 0; word < BAND_WORDS; word++) {
        bands[first + word] = (bands[first + word] as number) ^ (bands[other + word] as number)
      }
      const otherValue = leader * wordsPerColumn
      for (let word = 0; word < wordsPerColumn; word++) {
        values[value + word] = (values[value + word] as number) ^ (values[otherValue + word] as number)
      }
    }
    leaders[column] = row + 1
  }
  return { leaders }
}

/** From the last column to the first; each row's own column falls out of the others. */
function substitute(
  columns: number,
  { bands }: OkvsRows,
  { words: values, wordsPerColumn }: Columns,
  { leaders }: Echelon,
  free: Int32Array,
): Int32Array {
  const words = new Int32Array(columns * wordsPerColumn)
  const solution = { words, wordsPerColumn }
  let nextFree = 0
  for (let column = columns - 1; column >= 0; column--) {
    const row = (leaders[column] as number) - 1
    const at = column * wordsPerColumn
    const source = row < 0 ? free : values
    const from = row < 0 ? nextFree : row * wordsPerColumn
    for (let word = 0; word < wordsPerColumn; word++) words[at + word] = source[from + word] as number
    if (row < 0) {
      nextFree += wordsPerColumn
    } else {
      // The column holds the row's value by now: its own bit must not count it twice.
      bands[row * BAND_WORDS] = (bands[row * BAND_WORDS] as number) & ~1
      addBandProduct(words, at, solution, column, bands, row)
    }
  }
  return words
}

/** Shifts a band until its bit 0 is set, and says by how much; −1 for a band of zeros. */
function shiftToFirstBit(bands: Int32Array, first: number): number {
  let empty = 0
  while (empty < BAND_WORDS && bands[first + empty] === 0) empty++
  if (empty === BAND_WORDS) return -1
  const lowest = bands[first + empty] as number
  const shift = 31 - Math.clz32(lowest & -lowest)
  if (empty === 0 && shift === 0) return 0
  for (let word = 0; word < BAND_WORDS; word++) {
    const low = word + empty < BAND_WORDS ? (bands[first + word + empty] as number) : 0
    const high = word + empty + 1 < BAND_WORDS ? (bands[first + word + empty + 1] as number) : 0
    bands[first + word] = shift === 0 ? low : (low >>> shift) | (high << (32 - shift))
  }
  return 32 * empty + shift
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
