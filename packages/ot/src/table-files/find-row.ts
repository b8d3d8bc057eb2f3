import { closeSync, fstatSync, openSync } from 'node:fs'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { tableHeaderBytes, sealedTableBytes, type TableStatement } from '../sealed-table/index.ts'
import { readAt } from './read-at.ts'

const MAX_HEADER_BYTES = 256
const TAG_BYTES = 32

/**
 * The row of a tag in the table in a file, found by its order. Nothing of it is checked.
 *
 * @param statement of the version in the file
 * @throws ERR_VERIFY_ROOT when there is none, or the file is of another version
 */
export function findTableRow(file: string, statement: TableStatement, tag: Uint8Array): Uint8Array {
  const descriptor = openSync(file, 'r')
  try {
    const header = tableHeaderBytes(readAt(descriptor, 0, MAX_HEADER_BYTES), statement)
    const rowBytes = (sealedTableBytes(statement) - header) / statement.rowCount
    let low = 0
    let high = Math.min(statement.rowCount, Math.floor((fstatSync(descriptor).size - header) / rowBytes))
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = header + middle * rowBytes
      const order = compareBytes(readAt(descriptor, at, TAG_BYTES), tag)
      if (order === 0) return readAt(descriptor, at, rowBytes)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return fail('ERR_VERIFY_ROOT', 'expected a row of the table in its file')
  } finally {
    closeSync(descriptor)
  }
}
