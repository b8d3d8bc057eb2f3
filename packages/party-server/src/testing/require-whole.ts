import { rmSync } from 'node:fs'
import type { Registry, TablePayload } from '@mixun/ledger-adapter/ledger'
import { commitmentOf } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { indexFile, readPublishedTable } from '../publish/published-table.ts'

/** Reads every row of a table of this home and of its book, by the index that is there and by one that is made anew. */
export function requireWhole(home: Home, registry: Registry, payload: TablePayload): void {
  for (const isAnew of [false, true]) {
    if (isAnew) rmSync(indexFile(home, commitmentOf(payload)), { force: true })
    const { table, book } = readPublishedTable(home, registry, payload)
    for (let i = 0; i < table.rowCount; i++) {
      table.row(i)
      book.at(i)
    }
  }
}
