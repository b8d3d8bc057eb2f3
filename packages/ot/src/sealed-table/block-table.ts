import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { inclusionProof, type SubtreeSource, treeRoot } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { BLOCK_LEVEL, type BlockIndex, blockTree, TABLE_BLOCK_ROWS } from './block-index.ts'
import { compareConstantTime } from './compare.ts'
import type { TableStatement } from './commitment.ts'
import { sealedRowBytes, type SealedTableParameters, TAG_BYTES } from './params.ts'
import { type SealedRow, splitRow } from './row.ts'
import type { TableRows } from './table-rows.ts'
import { FlatTree } from './tree.ts'

/** Reads `count` whole rows from row `first` on. */
export type ReadRows = (first: number, count: number) => Uint8Array

interface Block {
  readonly number: number
  readonly rows: Uint8Array
  readonly tree: FlatTree
}

/**
 * A table that lies elsewhere, in a file: in memory is the index of its blocks only. A block that is read is hashed and
 * compared with the index, so that what was checked once cannot change behind the table's back.
 *
 * Which blocks are read depends on the tag, which shows on this machine and nowhere else.
 */
export class BlockTable implements TableRows, SubtreeSource {
  readonly suite: Suite
  readonly parameters: SealedTableParameters
  readonly rowCount: number
  readonly root: Uint8Array
  readonly #rowBytes: number
  readonly #index: BlockIndex
  readonly #read: ReadRows
  /** Over the whole blocks. */
  readonly #upper: FlatTree
  /** The one that was read last: tag, row and proof of a lookup mostly come from one. */
  #held: Block | null = null

  /** @throws ERR_VERIFY_ROOT when the rows are not those of the index */
  constructor(suite: Suite, parameters: SealedTableParameters, index: BlockIndex, read: ReadRows) {
    this.suite = suite
    this.parameters = parameters
    this.rowCount = index.rowCount
    this.#rowBytes = sealedRowBytes(parameters, suite)
    this.#index = index
    this.#read = read
    const whole = Math.floor(index.rowCount / TABLE_BLOCK_ROWS)
    this.#upper = new FlatTree(suite, index.roots.slice(0, whole * suite.hashBytes))
    this.root = treeRoot(suite.hash, this, this.rowCount)
  }

  checkRoot(commitment: TableStatement): void {
    if (commitment.rowCount !== this.rowCount || compareBytes(this.root, commitment.root) !== 0) {
      fail('ERR_VERIFY_ROOT', 'expected a table that hashes to its committed root')
    }
  }

  row(index: number): SealedRow {
    if (!(index >= 0 && index < this.rowCount)) {
      fail('ERR_INPUT_RANGE', `expected a row below ${this.rowCount}, found ${index}`)
    }
    const { rows, number } = this.#block(Math.floor(index / TABLE_BLOCK_ROWS))
    const at = (index - number * TABLE_BLOCK_ROWS) * this.#rowBytes
    return splitRow(rows.slice(at, at + this.#rowBytes))
  }

  find(tag: Uint8Array): { found: boolean; index: number } {
    if (tag.length !== TAG_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a tag of ${TAG_BYTES} bytes, found ${tag.length}`)
    }
    const { firstTags } = this.#index
    const after = firstAbove(firstTags.length / TAG_BYTES, tag, i =>
      firstTags.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES),
    )
    if (after === 0) return { found: false, index: 0 }
    const { rows, number } = this.#block(after - 1)
    const tagAt = (i: number) => rows.subarray(i * this.#rowBytes, i * this.#rowBytes + TAG_BYTES)
    const above = firstAbove(rows.length / this.#rowBytes, tag, tagAt)
    const first = number * TABLE_BLOCK_ROWS
    // The first tag of the block is not above the one looked for, so there is a row before.
    const found = compareConstantTime(tagAt(above - 1), tag) === 0
    return { found, index: first + (found ? above - 1 : above) }
  }

  prove(index: number): Uint8Array[] {
    return inclusionProof(this.suite.hash, this, index, this.rowCount)
  }

  subtree(level: number, index: number): Uint8Array {
    if (level >= BLOCK_LEVEL) return this.#upper.subtree(level - BLOCK_LEVEL, index)
    const perBlock = 2 ** (BLOCK_LEVEL - level)
    const number = Math.floor(index / perBlock)
    return this.#block(number).tree.subtree(level, index - number * perBlock)
  }

  /** All rows, a block at a time. @throws ERR_VERIFY_ROOT */
  *blocks(): Generator<Uint8Array, void> {
    const count = this.#index.roots.length / this.suite.hashBytes
    for (let number = 0; number < count; number++) yield this.#block(number).rows
  }

  #block(number: number): Block {
    if (this.#held?.number === number) return this.#held
    const first = number * TABLE_BLOCK_ROWS
    const count = Math.min(TABLE_BLOCK_ROWS, this.rowCount - first)
    if (!(first >= 0 && count > 0)) fail('ERR_INPUT_RANGE', `no block ${number} in ${this.rowCount} rows`)
    const rows = this.#read(first, count)
    const width = this.suite.hashBytes
    const root = this.#index.roots.subarray(number * width, (number + 1) * width)
    const isWhole = rows.length === count * this.#rowBytes
    const tree = isWhole ? blockTree(this.suite, rows, this.#rowBytes) : null
    if (tree === null || compareBytes(treeRoot(this.suite.hash, tree, count), root) !== 0) {
      return fail('ERR_VERIFY_ROOT', `expected block ${number} of the table as it was checked`)
    }
    this.#held = { number, rows, tree }
    return this.#held
  }
}

/** How many of `count` ascending tags are not above `tag`. Comparisons have no early exit. */
function firstAbove(count: number, tag: Uint8Array, tagAt: (index: number) => Uint8Array): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareConstantTime(tagAt(middle), tag) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
