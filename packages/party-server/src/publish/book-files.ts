import { existsSync, readFileSync } from 'node:fs'
import { type BookRow, type SealedTable, TableBook, type TableDelta } from '@mixun/ot/sealed-table'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type Home, writeSecretFile } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'

/**
 * The provider's book of a table, at rest: the rows of version 0 in one file, those that each delta inserted in another,
 * sealed under the store key. No file is written twice once its version is on the ledger.
 */
export function writeBook(
  home: Home,
  className: string,
  epoch: number,
  version: number,
  rows: TableBook,
): void {
  const sealed = openVault(home).seal(place(className, epoch, version), rows.encode())
  writeSecretFile(home.paths.book(className, epoch, version), sealed)
}

/** @throws ERR_TABLE_UNAVAILABLE, ERR_VERIFY_OPEN */
function readRows(home: Home, className: string, epoch: number, version: number): TableBook {
  const file = home.paths.book(className, epoch, version)
  if (!existsSync(file)) fail('ERR_TABLE_UNAVAILABLE', `${file} is missing: publish a new epoch`)
  return TableBook.decode(openVault(home).open(place(className, epoch, version), readFileSync(file)))
}

/** The book of the table that version 0 and these deltas made. @throws ERR_TABLE_UNAVAILABLE, ERR_VERIFY_OPEN */
export function readBook(
  home: Home,
  className: string,
  epoch: number,
  table: SealedTable,
  deltas: Iterable<TableDelta>,
): TableBook {
  const inserted: { readonly tag: Uint8Array; readonly row: BookRow }[] = []
  for (const { version, insertions } of deltas) {
    const rows = readRows(home, className, epoch, version).rows()
    for (const [i, row] of rows.entries()) {
      const tag = insertions[i]?.tag ?? fail('ERR_VERIFY_OPEN', 'expected a book of its delta')
      inserted.push({ tag: tag.slice(), row })
    }
  }
  inserted.sort((a, b) => compareBytes(a.tag, b.tag))
  // Where each row came into the book of version 0: its place now, without those inserted before it.
  const positions = inserted.map(({ tag }, i) => table.find(tag).index - i)
  return readRows(home, className, epoch, 0).insert(
    positions,
    inserted.map(({ row }) => row),
  )
}

const place = (className: string, epoch: number, version: number) => `book/${className}/${epoch}/${version}`
