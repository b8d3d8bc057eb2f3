import { utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import type { SourceRow } from './source-row.ts'

/**
 * Digest of the source of a record: the row as exported (each column's name and decoded text in file order) and the
 * number of its basis. With the export an auditor finds and re-checks the row.
 *
 * It has no salt and a row is partly guessable, so it stays in the firm's own sealed store: others get
 * {@link saltedSourceDigest}.
 */
export function sourceDigest(suite: Suite, row: SourceRow, basis: string): Uint8Array {
  const writer = new Writer().bytes16(utf8('mixun-import-row-1')).uint16(row.columns.length)
  for (const [i, value] of row.reveal().entries()) {
    writer.bytes32(utf8(row.columns[i] as string)).bytes32(utf8(value))
  }
  return suite.hash(writer.bytes32(utf8(basis)).finish())
}

/** How the digest in a record opens: what its provider shows when the source is challenged. Secret until then. */
export interface SourceOpening {
  /** {@link sourceDigest}, 32 bytes. */
  readonly digest: Uint8Array
  /** 32 bytes, of this record. */
  readonly salt: Uint8Array
}

/** What a published record says of its source: commits to it, and tells a reader who can guess the row nothing. */
export function saltedSourceDigest(suite: Suite, { digest, salt }: SourceOpening): Uint8Array {
  return suite.hash(new Writer().bytes16(utf8('mixun-source-1')).bytes16(salt).bytes16(digest).finish())
}
