import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Registry, TablePayload } from '@mixun/ledger-adapter/ledger'
import {
  type BookRows,
  deltaBytes,
  IndexedTable,
  joinRow,
  sealedTableBytes,
  type TableCommitment,
  type TableDelta,
  type TableStatement,
} from '@mixun/ot/sealed-table'
import {
  findTableRow,
  openTableFile,
  readRowIndex,
  scanRowIndex,
  type StoredRowIndex,
  tableFileVersion,
} from '@mixun/ot/table-files'
import { advanceInFile, commitmentOf, recordedVersion } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { StoredBook } from './book-files.ts'
import { readStoredDelta, type StoredDelta } from './delta-file.ts'

/** Bytes of deltas at which a table is written whole though it is longer: what is read again when its index is lost. */
const MAX_DELTAS_BYTES = 2 ** 25

/** A table of this party at the version on the ledger, as deltas are made from. */
export interface PublishedTable {
  readonly commitment: TableCommitment
  readonly table: IndexedTable
  /** Of this version: not to be asked when the table has advanced. Secret. */
  readonly book: BookRows
}

/** Where the index of a table lies: of the version that was released last, and made anew from table and deltas when it is lost. */
export function indexFile(home: Home, { provider, class: className, epoch }: TableStatement): string {
  return `${home.paths.table(provider, className, epoch)}.index`
}

/**
 * Reads the index of a table and the deltas that it does not know yet; rows and book stay in their files.
 *
 * @throws ERR_TABLE_UNAVAILABLE when a part is missing, ERR_VERIFY_ROOT when they do not make the version on the ledger,
 * ERR_VERIFY_OPEN
 */
export function readPublishedTable(home: Home, registry: Registry, payload: TablePayload): PublishedTable {
  const { provider, class: className, epoch, version } = payload
  const commitment = commitmentOf(payload)
  const file = home.paths.table(provider, className, epoch)
  const rootOf = (at: number) => registry.tableVersion(provider, className, epoch, at)?.root
  const { index } =
    readRowIndex(indexFile(home, commitment), commitment, rootOf) ?? scanTable(home, registry, payload)
  while (index.version < version) index.advance(requireDelta(home, payload, index.version + 1).delta)
  const readRow = (tag: Uint8Array, at: number) => {
    const fileVersion = tableFileVersion(file, commitment)
    return at > fileVersion
      ? rowOf(requireDelta(home, payload, at).delta, tag)
      : findTableRow(file, recordedVersion(registry, commitment, fileVersion), tag)
  }
  // The root is made from the leaves: a file's word for it is not signed on.
  const table = new IndexedTable(index, readRow)
  table.checkRoot(commitment)
  const deltaOf = (at: number) => requireDelta(home, payload, at).delta
  return { commitment, table, book: new StoredBook(home, payload, index, deltaOf) }
}

/** The index of the version in the table's file. */
function scanTable(home: Home, registry: Registry, payload: TablePayload): StoredRowIndex {
  const { provider, class: className, epoch, version } = payload
  const commitment = commitmentOf(payload)
  const file = home.paths.table(provider, className, epoch)
  const statement = recordedVersion(registry, commitment, tableFileVersion(file, commitment))
  const scanned = scanRowIndex(file, statement, version + 1 - statement.version)
  for (let at = 1; at <= statement.version; at++) {
    for (const { tag } of requireDelta(home, payload, at).delta.insertions) {
      const { found, index: row } = scanned.index.find(tag)
      if (!found) fail('ERR_VERIFY_ROOT', 'expected the rows of a delta in the table')
      scanned.index.setBroughtAt(row, at)
    }
  }
  return scanned
}

function rowOf({ insertions, updates }: TableDelta, tag: Uint8Array): Uint8Array {
  const row = [...insertions, ...updates.map(update => update.row)].find(
    each => compareBytes(each.tag, tag) === 0,
  )
  return row === undefined ? fail('ERR_VERIFY_ROOT', 'expected a row of its delta') : joinRow(row)
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
 * Writes the table whole once its deltas have grown longer than itself, or than {@link MAX_DELTAS_BYTES}.
 *
 * @param payload one version behind the newest, so that who synced the ledger a moment ago can use it
 */
export async function compact(home: Home, registry: Registry, payload: TablePayload): Promise<void> {
  const { provider, class: className, epoch, version } = payload
  const commitment = commitmentOf(payload)
  const file = home.paths.table(provider, className, epoch)
  const statement = recordedVersion(registry, commitment, tableFileVersion(file, commitment))
  const bytes = (version - statement.version) * deltaBytes(commitment)
  if (bytes <= Math.min(sealedTableBytes(commitment), MAX_DELTAS_BYTES)) return
  const deltas: TableDelta[] = []
  for (let at = statement.version + 1; at <= version; at++) {
    deltas.push(requireDelta(home, payload, at).delta)
  }
  await advanceInFile(file, await openTableFile(file, statement), deltas, commitment, true)
}
