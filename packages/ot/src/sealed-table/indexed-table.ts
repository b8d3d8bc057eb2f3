import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { inclusionProof, leafHash } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import type { TableStatement } from './commitment.ts'
import type { TableDelta } from './delta.ts'
import { TAG_BYTES } from './params.ts'
import { type SealedRow, splitRow } from './row.ts'
import type { RowIndex } from './row-index.ts'
import type { TableRows } from './table-rows.ts'
import { FlatTree } from './tree.ts'

/** Reads the row of a tag as it was sealed for a version. */
export type ReadRow = (tag: Uint8Array, version: number) => Uint8Array

/**
 * A provider's table as deltas are made from it: in memory is its index, the rows lie in the file of an earlier version and in
 * deltas. A row that is read is hashed and compared with its leaf.
 */
export class IndexedTable implements TableRows {
  readonly index: RowIndex
  readonly #read: ReadRow
  #root: Uint8Array
  /** Made when a proof is asked for. */
  #tree: FlatTree | null = null

  /** @param root of the index; made from its leaves without it */
  constructor(index: RowIndex, read: ReadRow, root: Uint8Array = index.root()) {
    this.index = index
    this.#read = read
    this.#root = root
  }

  get suite(): Suite {
    return this.index.suite
  }

  get rowCount(): number {
    return this.index.rowCount
  }

  get root(): Uint8Array {
    return this.#root.slice()
  }

  checkRoot(commitment: TableStatement): void {
    if (commitment.rowCount !== this.rowCount || compareBytes(this.#root, commitment.root) !== 0) {
      fail('ERR_VERIFY_ROOT', 'expected an index of the committed version')
    }
  }

  row(index: number): SealedRow {
    const tag = this.index.tag(index)
    const row = this.#read(tag, this.index.sealedAt(index))
    if (compareBytes(leafHash(this.suite.hash, row), this.index.leaf(index)) !== 0) {
      fail('ERR_VERIFY_ROOT', `expected row ${index} of the table as it was committed to`)
    }
    return splitRow(row)
  }

  find(tag: Uint8Array): { found: boolean; index: number } {
    if (tag.length !== TAG_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a tag of ${TAG_BYTES} bytes, found ${tag.length}`)
    }
    return this.index.find(tag)
  }

  prove(index: number): Uint8Array[] {
    this.#tree ??= new FlatTree(this.suite, this.index.leaves())
    return inclusionProof(this.suite.hash, this.#tree, index, this.rowCount)
  }

  /** Becomes the next version. @throws ERR_VERIFY_DELTA; the table is not to be used then */
  advance(delta: TableDelta): void {
    this.index.advance(delta)
    this.#tree = null
    this.#root = this.index.root()
  }
}
