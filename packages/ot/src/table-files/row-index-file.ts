import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { compareBytes, fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { MixunError, fail } from '@mixun/core/errors'
import { writeFileDurably } from '@mixun/core/files'
import { type Suite, suiteById } from '@mixun/core/suite'
import {
  deltaShape,
  type IndexedTable,
  indexEntry,
  indexEntryBytes,
  RowIndex,
  sealedTableBytes,
  tableHeaderBytes,
  type TableStatement,
} from '../sealed-table/index.ts'
import { readAt } from './read-at.ts'

const MAGIC = 'mixun-row-index-1'
const DIGEST_BYTES = 32
const MAX_HEADER_BYTES = 256
/** Rows that are read at a time. */
const SCAN_ROWS = 1_024

/** An index as it was written, and the root of its version. */
export interface StoredRowIndex {
  readonly index: RowIndex
  readonly root: Uint8Array
}

/** Stores the index of a table durably, with its root and a digest of all: it is public, and can be made anew. */
export function writeRowIndex(file: string, { index, root, suite }: IndexedTable): void {
  const header = new Writer()
    .bytes16(utf8(MAGIC))
    .bytes16(utf8(suite.id))
    .uint32(index.version)
    .uint32(index.rowCount)
    .bytes16(root)
    .finish()
  const digest = createHash('sha256').update(header).update(index.entries).digest()
  writeFileDurably(file, [header, index.entries, digest])
}

/**
 * The index in a file, with room for the rows up to the next version; null when there is none of this table: damaged, of another
 * suite, or of a version that has not the root that `rootOf` tells.
 */
export function readRowIndex(
  file: string,
  commitment: TableStatement,
  rootOf: (version: number) => Uint8Array | undefined,
): StoredRowIndex | null {
  if (!existsSync(file)) return null
  const descriptor = openSync(file, 'r')
  try {
    return decodeIndex(descriptor, commitment, rootOf)
  } catch (error) {
    if (error instanceof MixunError) return null
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function decodeIndex(
  descriptor: number,
  commitment: TableStatement,
  rootOf: (version: number) => Uint8Array | undefined,
): StoredRowIndex | null {
  const suite = suiteById(commitment.suite)
  const reader = new Reader(readAt(descriptor, 0, MAX_HEADER_BYTES))
  const [magic, suiteId] = [fromUtf8(reader.bytes16(64)), fromUtf8(reader.bytes16(64))]
  const [version, rowCount] = [reader.uint32(), reader.uint32()]
  const root = reader.bytes16(64).slice()
  const expected = rootOf(version)
  const isOfTable = expected !== undefined && compareBytes(expected, root) === 0
  if (magic !== MAGIC || suiteId !== suite.id || version > commitment.version || !isOfTable) return null
  const header = new Writer().bytes16(utf8(magic)).bytes16(utf8(suiteId)).uint32(version).uint32(rowCount)
  const headerBytes = header.bytes16(root).finish()
  const bytes = rowCount * indexEntryBytes(suite)
  if (fstatSync(descriptor).size !== headerBytes.length + bytes + DIGEST_BYTES) return null
  const entries = entriesFor(suite, rowCount, commitment.version + 1 - version, commitment)
  fill(descriptor, headerBytes.length, entries.subarray(0, bytes))
  const digest = createHash('sha256').update(headerBytes).update(entries.subarray(0, bytes)).digest()
  if (compareBytes(digest, readAt(descriptor, headerBytes.length + bytes, DIGEST_BYTES)) !== 0) return null
  return { index: new RowIndex(suite, version, entries, rowCount), root }
}

/**
 * Makes the index of the table in a file, by reading all of it. Which version brought a row it does not say: 0 for all.
 *
 * @param statement of the version in the file
 * @throws ERR_VERIFY_ROOT when the file is not of that version, ERR_DECODE_…
 */
export function scanRowIndex(file: string, statement: TableStatement, room: number): StoredRowIndex {
  const suite = suiteById(statement.suite)
  const descriptor = openSync(file, 'r')
  try {
    const at = tableHeaderBytes(readAt(descriptor, 0, MAX_HEADER_BYTES), statement)
    const { size } = fstatSync(descriptor)
    const expected = sealedTableBytes(statement)
    if (size !== expected) fail('ERR_DECODE_LENGTH', `expected a table of ${expected} bytes, found ${size}`)
    const { rowCount } = statement
    const rowBytes = (size - at) / rowCount
    const entries = entriesFor(suite, rowCount, room, statement)
    const rows = new Uint8Array(SCAN_ROWS * rowBytes)
    for (let first = 0; first < rowCount; first += SCAN_ROWS) {
      const count = Math.min(SCAN_ROWS, rowCount - first)
      fill(descriptor, at + first * rowBytes, rows.subarray(0, count * rowBytes))
      for (let i = 0; i < count; i++) {
        const entry = indexEntry(suite, rows.subarray(i * rowBytes, (i + 1) * rowBytes), 0)
        entries.set(entry, (first + i) * entry.length)
      }
    }
    const index = new RowIndex(suite, statement.version, entries, rowCount)
    const root = index.root()
    if (compareBytes(root, statement.root) !== 0) {
      fail('ERR_VERIFY_ROOT', 'expected a table that hashes to its committed root')
    }
    return { index, root }
  } finally {
    closeSync(descriptor)
  }
}

/** Room for the rows of a version and of some deltas more. */
function entriesFor(suite: Suite, rowCount: number, deltas: number, { baseRowCount }: TableStatement) {
  return new Uint8Array((rowCount + deltas * deltaShape(baseRowCount).insertions) * indexEntryBytes(suite))
}

/** Reads as many bytes of a file. @throws ERR_DECODE_LENGTH when there are fewer */
function fill(descriptor: number, position: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, position + done)
    if (read === 0) fail('ERR_DECODE_LENGTH', `expected ${bytes.length} bytes at ${position} of a file`)
    done += read
  }
}
