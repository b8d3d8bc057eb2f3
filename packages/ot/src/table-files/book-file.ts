import { closeSync, openSync } from 'node:fs'
import { concat, i2osp, wipe } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { BLOCK_ROWS, type BookRow, type BookRows, TableBook, type TableSink } from '../sealed-table/index.ts'
import { readAt } from './read-at.ts'
import { TableFile } from './table-file.ts'

const HEAD_BYTES = 4

/**
 * The book of a table on its way into a file: blocks of {@link BLOCK_ROWS} rows, each sealed for its place behind its length. The
 * file is replaced when {@link BookWriter.commit} is called, and not before.
 */
export class BookWriter implements TableSink, Disposable {
  readonly #file: TableFile
  readonly #seal: (place: string, bytes: Uint8Array) => Uint8Array
  #blocks = 0

  /** @param seal encrypts a block at the place that is named */
  constructor(file: string, seal: (place: string, bytes: Uint8Array) => Uint8Array) {
    this.#file = new TableFile(file, { mode: 0o600 })
    this.#seal = seal
  }

  /** Takes {@link BLOCK_ROWS} encoded rows, or the last ones. */
  write(rows: Uint8Array): void {
    const sealed = this.#seal(String(this.#blocks++), rows)
    this.#file.write(concat(i2osp(sealed.length, HEAD_BYTES), sealed))
  }

  /** The file is there whole and durable when this returns. */
  commit(): void {
    this.#file.commit()
  }

  /** Throws away what was not committed. */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }
}

/** A book in a file, read a block at a time. Secret. */
export class BookFile implements BookRows {
  readonly #file: string
  readonly #open: (place: string, bytes: Uint8Array) => Uint8Array
  /** Where each block begins, and the end. */
  readonly #offsets: readonly number[]

  /**
   * @param open undoes what the writer's `seal` did
   * @throws the errors of `openSync`
   */
  constructor(file: string, open: (place: string, bytes: Uint8Array) => Uint8Array) {
    this.#file = file
    this.#open = open
    const descriptor = openSync(file, 'r')
    try {
      const offsets = [0]
      for (let at = 0; ; offsets.push(at)) {
        const head = readAt(descriptor, at, HEAD_BYTES)
        if (head.length < HEAD_BYTES) break
        at += HEAD_BYTES + new Reader(head).uint32()
      }
      this.#offsets = offsets
    } finally {
      closeSync(descriptor)
    }
  }

  /** @throws ERR_VERIFY_OPEN when the block was altered, moved or cut, ERR_INPUT_RANGE beyond the book */
  at(index: number): BookRow {
    const block = Math.floor(index / BLOCK_ROWS)
    const [begin, end] = [this.#offsets[block], this.#offsets[block + 1]]
    if (begin === undefined || end === undefined) {
      return fail('ERR_INPUT_RANGE', `no row ${index} in a book of ${this.#offsets.length - 1} blocks`)
    }
    const descriptor = openSync(this.#file, 'r')
    try {
      const sealed = readAt(descriptor, begin + HEAD_BYTES, end - begin - HEAD_BYTES)
      const rows = this.#open(String(block), sealed)
      const row = TableBook.decode(rows).at(index % BLOCK_ROWS)
      wipe(rows)
      return row
    } finally {
      closeSync(descriptor)
    }
  }
}
