import { existsSync } from 'node:fs'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import {
  BLOCK_ROWS,
  type BookRow,
  type BookRows,
  type RowIndex,
  type TableBook,
  type TableDelta,
} from '@mixun/ot/sealed-table'
import { BookFile, BookWriter } from '@mixun/ot/table-files'
import type { Home } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'

/**
 * The provider's book of a table, at rest: the rows of version 0 in one file, those that each delta inserted in another,
 * sealed in blocks under the store key. No file is written twice once its version is on the ledger.
 */
export function bookWriter(home: Home, className: string, epoch: number, version: number): BookWriter {
  const vault = openVault(home)
  return new BookWriter(home.paths.book(className, epoch, version), (block, rows) =>
    vault.seal(place(className, epoch, version, block), rows),
  )
}

/** Stores a book that is in memory. */
export function writeBook(
  home: Home,
  className: string,
  epoch: number,
  version: number,
  book: TableBook,
): void {
  using writer = bookWriter(home, className, epoch, version)
  for (const rows of book.pieces(BLOCK_ROWS)) writer.write(rows)
  writer.commit()
}

/** The book of a version of a table. Reads the blocks that it is asked for. */
export class StoredBook implements BookRows {
  readonly #home: Home
  readonly #payload: TablePayload
  readonly #index: RowIndex
  readonly #deltaOf: (version: number) => TableDelta
  /** Positions of the rows that are not in the book of version 0, ascending. */
  readonly #inserted: readonly number[]
  #first: BookFile | null = null

  constructor(home: Home, payload: TablePayload, index: RowIndex, deltaOf: (version: number) => TableDelta) {
    this.#home = home
    this.#payload = payload
    this.#index = index
    this.#deltaOf = deltaOf
    this.#inserted = index.insertedRows()
  }

  /** @throws ERR_TABLE_UNAVAILABLE, ERR_VERIFY_OPEN, ERR_INPUT_RANGE */
  at(index: number): BookRow {
    const version = this.#index.broughtAt(index)
    if (version === 0) {
      this.#first ??= this.#open(0)
      return this.#first.at(index - countBelow(this.#inserted, index))
    }
    const tag = this.#index.tag(index)
    const place = this.#deltaOf(version).insertions.findIndex(row => compareBytes(row.tag, tag) === 0)
    if (place < 0) fail('ERR_VERIFY_OPEN', 'expected a book of its delta')
    return this.#open(version).at(place)
  }

  #open(version: number): BookFile {
    const { class: className, epoch } = this.#payload
    const file = this.#home.paths.book(className, epoch, version)
    if (!existsSync(file)) fail('ERR_TABLE_UNAVAILABLE', `${file} is missing: publish a new epoch`)
    const vault = openVault(this.#home)
    return new BookFile(file, (block, sealed) => vault.open(place(className, epoch, version, block), sealed))
  }
}

/** How many of some ascending numbers are below `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

const place = (className: string, epoch: number, version: number, block: string) =>
  `book/${className}/${epoch}/${version}/${block}`
