import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers'
import { fail } from '@mixun/core/errors'
import { suiteById } from '@mixun/core/suite'
import {
  BlockIndexBuilder,
  BlockTable,
  encodedTableVersion,
  sealedTableBytes,
  sealedTableParametersById,
  tableHeaderBytes,
  type TableStatement,
} from '../sealed-table/index.ts'
import { readAt } from './read-at.ts'

/** More than the header of any table. */
const MAX_HEADER_BYTES = 256
/** What is read at a time while a table is checked whole. */
const SCAN_BYTES = 1_048_576

/** Closes the files of tables that nobody uses any more: checks may go on with one that its owner has dropped. */
const descriptors = new FinalizationRegistry<number>(descriptor => closeSync(descriptor))

/** The version of the table in a file. Nothing else is checked. @throws ERR_VERIFY_ROOT, ERR_DECODE_… */
export function tableFileVersion(file: string, commitment: TableStatement): number {
  const descriptor = openSync(file, 'r')
  try {
    return encodedTableVersion(readAt(descriptor, 0, MAX_HEADER_BYTES), commitment)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Opens the table in a file after checking it whole against its commitment, a megabyte at a time. It stays open, and
 * the same table, whatever takes the place of the file.
 *
 * @throws ERR_VERIFY_ROOT when a row, the order or the shape is not the committed one, ERR_DECODE_LENGTH,
 * ERR_DECODE_SCHEMA, ERR_PARAMETER_UNKNOWN
 */
export async function openTableFile(file: string, commitment: TableStatement): Promise<BlockTable> {
  const suite = suiteById(commitment.suite)
  const parameters = sealedTableParametersById(commitment.parameters)
  const descriptor = openSync(file, 'r')
  try {
    const header = tableHeaderBytes(readAt(descriptor, 0, MAX_HEADER_BYTES), commitment)
    const { size } = fstatSync(descriptor)
    const expected = sealedTableBytes(commitment)
    if (size !== expected) fail('ERR_DECODE_LENGTH', `expected a table of ${expected} bytes, found ${size}`)
    const builder = new BlockIndexBuilder(suite, parameters)
    const buffer = new Uint8Array(SCAN_BYTES)
    for (let at = header; at < size; ) {
      const read = readSync(descriptor, buffer, 0, buffer.length, at)
      if (read === 0) fail('ERR_DECODE_LENGTH', 'expected a table that is not cut while it is read')
      builder.append(buffer.subarray(0, read))
      at += read
      // Hashing a table of 10^6 rows takes seconds; others want the thread too.
      await new Promise(resolve => setImmediate(resolve))
    }
    const rowBytes = (size - header) / commitment.rowCount
    const table = new BlockTable(suite, parameters, builder.finish(), (first, count) =>
      readAt(descriptor, header + first * rowBytes, count * rowBytes),
    )
    table.checkRoot(commitment)
    descriptors.register(table, descriptor)
    return table
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}
