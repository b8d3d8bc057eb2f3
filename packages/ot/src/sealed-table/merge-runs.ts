import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { bookRowEnd } from './book.ts'
import { TAG_BYTES } from './params.ts'
import type { RunBlock, RunStore } from './runs.ts'

/** One row on its way into the table: views that hold until the next one is asked for. */
export interface MergedRow {
  readonly row: Uint8Array
  /** Its encoded book row. Secret. */
  readonly book: Uint8Array
}

/**
 * All rows of all runs in the order of their tags.
 *
 * @throws ERR_TABLE_DUPLICATE_SUBJECT when two tags are equal: then two entries were of one subject
 */
export function* mergeRuns(store: RunStore, runs: number, rowBytes: number): Generator<MergedRow, void> {
  const heap = new RunHeap()
  for (let run = 0; run < runs; run++) heap.push(new RunCursor(store.blocks(run), rowBytes))
  const before = new Uint8Array(TAG_BYTES)
  let isFirst = true
  for (let cursor = heap.pop(); cursor !== undefined; cursor = heap.pop()) {
    if (!isFirst && compareBytes(before, cursor.tag) >= 0) {
      fail('ERR_TABLE_DUPLICATE_SUBJECT', 'expected one entry a subject, found two rows of one tag')
    }
    isFirst = false
    before.set(cursor.tag)
    yield { row: cursor.row, book: cursor.book }
    cursor.advance()
    heap.push(cursor)
  }
}

/** The next row of one run. */
class RunCursor {
  readonly #blocks: Iterator<RunBlock>
  readonly #rowBytes: number
  #rows: Uint8Array = new Uint8Array(0)
  #books: Uint8Array = new Uint8Array(0)
  /** Where row and book row begin, and where the book row ends. */
  #at = 0
  #bookAt = 0
  #bookEnd = 0
  isDone = false

  constructor(blocks: Iterable<RunBlock>, rowBytes: number) {
    this.#blocks = blocks[Symbol.iterator]()
    this.#rowBytes = rowBytes
    this.#load()
  }

  get row(): Uint8Array {
    return this.#rows.subarray(this.#at, this.#at + this.#rowBytes)
  }

  get tag(): Uint8Array {
    return this.row.subarray(0, TAG_BYTES)
  }

  get book(): Uint8Array {
    return this.#books.subarray(this.#bookAt, this.#bookEnd)
  }

  advance(): void {
    this.#at += this.#rowBytes
    this.#bookAt = this.#bookEnd
    if (this.#at < this.#rows.length) this.#bookEnd = bookRowEnd(this.#books, this.#bookAt)
    else this.#load()
  }

  #load(): void {
    const next = this.#blocks.next()
    this.isDone = next.done === true
    if (next.done === true) return
    this.#rows = next.value.rows
    this.#books = next.value.book
    this.#at = 0
    this.#bookAt = 0
    let rows = 0
    for (let end = 0; end < this.#books.length; rows++) end = bookRowEnd(this.#books, end)
    if (this.#rows.length !== rows * this.#rowBytes || rows === 0) {
      fail('ERR_INPUT_LENGTH', 'expected a block of rows with a book row for each')
    }
    this.#bookEnd = bookRowEnd(this.#books, 0)
  }
}

/** A binary heap of the runs that are not at their end, by the tag of their next row. */
class RunHeap {
  readonly #items: RunCursor[] = []

  push(cursor: RunCursor): void {
    if (cursor.isDone) return
    const items = this.#items
    let at = items.push(cursor) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** The run with the smallest tag; it is not in the heap until it is pushed again. */
  pop(): RunCursor | undefined {
    const items = this.#items
    const [first] = items
    const last = items.pop()
    if (first === undefined || last === undefined || items.length === 0) return first
    items[0] = last
    for (let at = 0; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.#isBefore(child, least)) least = child
      }
      if (least === at) return first
      this.#swap(at, least)
      at = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    return compareBytes((this.#items[a] as RunCursor).tag, (this.#items[b] as RunCursor).tag) < 0
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a] as RunCursor
    this.#items[a] = this.#items[b] as RunCursor
    this.#items[b] = item
  }
}
