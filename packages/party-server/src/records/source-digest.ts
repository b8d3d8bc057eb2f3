import { utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import type { SourceRow } from './source-row.ts'

/**
 * Digest of the source of a record: the row as exported (each column's name and decoded text in file order) and the
 * number of its basis. With the export an auditor finds and re-checks the row.
 *
 * It has no salt and a row is partly guessable, so it stays in the firm's own sealed store: others get
 * `saltedSourceDigest` of it.
 */
export function sourceDigest(suite: Suite, row: SourceRow, basis: string): Uint8Array {
  const writer = new Writer().bytes16(utf8('mixun-import-row-1')).uint16(row.columns.length)
  for (const [i, value] of row.reveal().entries()) {
    writer.bytes32(utf8(row.columns[i] as string)).bytes32(utf8(value))
  }
  return suite.hash(writer.bytes32(utf8(basis)).finish())
}
