import { readFileSync } from 'node:fs'
import { fail } from '@mixun/core/errors'
import type { Registry, TablePayload } from '@mixun/ledger-adapter/ledger'
import {
  deltaBytes,
  deltaShape,
  encodedTableVersion,
  SealedTable,
  sealedTableBytes,
  type TableBook,
  type TableCommitment,
} from '@mixun/ot/sealed-table'
import { commitmentAt, commitmentOf } from '@mixun/sdk/consortium'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import { readBook } from './book-files.ts'
import { readStoredDelta, type StoredDelta } from './delta-file.ts'

/** A table of this party at the version on the ledger, as deltas are made from. */
export interface PublishedTable {
  readonly commitment: TableCommitment
  readonly table: SealedTable
  readonly book: TableBook
  /** The version that lies in the table's file; the later deltas lie beside it. */
  readonly fileVersion: number
}

/**
 * Reads a table from its file, the deltas since then and the book. @throws ERR_TABLE_UNAVAILABLE when a part is missing,
 * ERR_VERIFY_ROOT when they do not make the version on the ledger, ERR_VERIFY_OPEN
 */
export function readPublishedTable(home: Home, registry: Registry, payload: TablePayload): PublishedTable {
  const { provider, class: className, epoch, version } = payload
  const commitment = commitmentOf(payload)
  const content = readFileSync(home.paths.table(provider, className, epoch))
  const fileVersion = encodedTableVersion(content, commitment)
  const recorded = registry.tableVersion(provider, className, epoch, fileVersion)
  if (recorded === undefined) {
    return fail('ERR_VERIFY_ROOT', `expected a table of at most version ${version}, found ${fileVersion}`)
  }
  let table = SealedTable.decode(content, commitmentAt(payload, recorded))
  const deltas = Array.from({ length: version }, (_, i) => requireDelta(home, payload, i + 1).delta)
  const shape = deltaShape(commitment.baseRowCount)
  for (const delta of deltas.slice(fileVersion)) table = table.apply(delta, shape)
  table.checkRoot(commitment)
  return { commitment, table, book: readBook(home, className, epoch, table, deltas), fileVersion }
}

/** @throws ERR_TABLE_UNAVAILABLE, ERR_DECODE_… */
export function requireDelta(home: Home, payload: TablePayload, version: number): StoredDelta {
  const { provider, class: className, epoch } = payload
  const stored = readStoredDelta(home.paths.delta(provider, className, epoch, version))
  return (
    stored ??
    fail('ERR_TABLE_UNAVAILABLE', `class ${className}, epoch ${epoch}: delta ${version} is missing here`)
  )
}

/**
 * Writes the table whole once its deltas have grown longer than itself. The table given is one version behind the
 * newest, so that who synced the ledger a moment ago can use it.
 */
export function compact(home: Home, { commitment, table, fileVersion }: PublishedTable): void {
  const { provider, class: className, epoch, version } = commitment
  if ((version - fileVersion) * deltaBytes(commitment) <= sealedTableBytes(commitment)) return
  writeFileDurably(home.paths.table(provider, className, epoch), table.encode())
}
