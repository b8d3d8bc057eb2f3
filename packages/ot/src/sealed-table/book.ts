import { concat, wipe } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'

/** What a row of the table was sealed for. Secret. */
export interface BookRow {
  /** The subject's encoding, or the input of a dummy. */
  readonly input: Uint8Array
  /** The row's number among the rows of its input: below C. */
  readonly row: number
}

/** The book of a table, wherever it lies. */
export interface BookRows {
  /** @throws ERR_INPUT_RANGE */
  at(index: number): BookRow
}

/**
 * The provider's own record of a table: the input behind every row, in the order of the table. Deltas are made from it;
 * nobody else has it. Secret: sealed at rest by who keeps it.
 */
export class TableBook implements BookRows {
  readonly #bytes: Uint8Array
  /** Where each row starts, and the end. */
  readonly #offsets: Uint32Array

  private constructor(bytes: Uint8Array, offsets: Uint32Array) {
    this.#bytes = bytes
    this.#offsets = offsets
  }

  static of(rows: readonly BookRow[]): TableBook {
    return TableBook.decode(concat(...rows.map(encodeBookRow)))
  }

  /** @throws ERR_DECODE_LENGTH */
  static decode(bytes: Uint8Array): TableBook {
    let rows = 0
    for (const _ of rowEnds(bytes)) rows++
    const offsets = new Uint32Array(rows)
    let at = 0
    for (const end of rowEnds(bytes)) offsets[at++] = end
    return new TableBook(bytes, offsets)
  }

  get rowCount(): number {
    return this.#offsets.length - 1
  }

  /** @throws ERR_INPUT_RANGE */
  at(index: number): BookRow {
    if (!(index >= 0 && index < this.rowCount)) {
      fail('ERR_INPUT_RANGE', `expected a row below ${this.rowCount}, found ${index}`)
    }
    const reader = new Reader(this.#bytes.subarray(this.#offsets[index], this.#offsets[index + 1]))
    return { row: reader.uint8(), input: reader.bytes16(65_535).slice() }
  }

  /** The book of a table that grew: `rows[i]` comes before what was row `positions[i]`; positions ascend. */
  insert(positions: readonly number[], rows: readonly BookRow[]): TableBook {
    const parts: Uint8Array[] = []
    let from = 0
    for (const [i, position] of positions.entries()) {
      const to = this.#offsets[position] as number
      parts.push(this.#bytes.subarray(from, to), encodeBookRow(rows[i] as BookRow))
      from = to
    }
    return TableBook.decode(concat(...parts, this.#bytes.subarray(from)))
  }

  /** All rows, in their order. */
  rows(): BookRow[] {
    return Array.from({ length: this.rowCount }, (_, index) => this.at(index))
  }

  encode(): Uint8Array {
    return this.#bytes.slice()
  }

  /** Views of the encoded rows, `rows` at a time. */
  *pieces(rows: number): Generator<Uint8Array, void> {
    for (let first = 0; first < this.rowCount; first += rows) {
      const last = Math.min(this.rowCount, first + rows)
      yield this.#bytes.subarray(this.#offsets[first], this.#offsets[last])
    }
  }
}

/** Where the rows begin, and where the last one ends. @throws ERR_DECODE_LENGTH */
function* rowEnds(bytes: Uint8Array): Generator<number, void> {
  for (let at = 0; ; at = bookRowEnd(bytes, at)) {
    yield at
    if (at === bytes.length) return
  }
}

/** Where the encoded row ends that begins at `at`. @throws ERR_DECODE_LENGTH when it is cut */
export function bookRowEnd(bytes: Uint8Array, at: number): number {
  const end = at + 3 + (((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0))
  return end <= bytes.length ? end : fail('ERR_DECODE_LENGTH', `expected a whole row of a book at ${at}`)
}

/** Encoded rows of a book one after the other, in memory that grows and serves again. Secret. */
export class BookBuffer {
  #bytes: Uint8Array = new Uint8Array(65_536)
  readonly #ends: number[] = []

  get rowCount(): number {
    return this.#ends.length
  }

  /** All rows; a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#ends.at(-1) ?? 0)
  }

  /** Copies an encoded row. */
  push(row: Uint8Array): void {
    const at = this.#ends.at(-1) ?? 0
    const end = at + row.length
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(2 * end)
      larger.set(this.#bytes)
      wipe(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(row, at)
    this.#ends.push(end)
  }

  /** An encoded row; a view. */
  row(index: number): Uint8Array {
    return this.#bytes.subarray(this.#ends[index - 1] ?? 0, this.#ends[index])
  }

  clear(): void {
    wipe(this.bytes)
    this.#ends.length = 0
  }
}

/** One row of a book. Secret. */
export function encodeBookRow({ input, row }: BookRow): Uint8Array {
  return new Writer().uint8(row).bytes16(input).finish()
}
