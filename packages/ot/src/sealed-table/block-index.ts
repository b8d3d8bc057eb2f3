import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { leafHash, treeRoot } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { sealedRowBytes, type SealedTableParameters, TAG_BYTES } from './params.ts'
import { MAX_TABLE_ROWS } from './size-class.ts'
import { FlatTree } from './tree.ts'

/** Level of the tree whose subtrees are the blocks of a table in a file. */
export const BLOCK_LEVEL = 6

/** Rows of a block: what is read and hashed to show one of them. The last block of a table may have fewer. */
export const TABLE_BLOCK_ROWS = 2 ** BLOCK_LEVEL

/** What is kept in memory of a table in a file: 64 bytes a block, one and a half megabytes for 10^6 rows. */
export interface BlockIndex {
  readonly rowCount: number
  /** First tag of each block, one after the other. */
  readonly firstTags: Uint8Array
  /** Root of each block, one after the other. */
  readonly roots: Uint8Array
}

/** The tree over the rows of one block. */
export function blockTree(suite: Suite, rows: Uint8Array, rowBytes: number): FlatTree {
  const count = rows.length / rowBytes
  const leaves = new Uint8Array(count * suite.hashBytes)
  for (let i = 0; i < count; i++) {
    // A row is stored as its leaf hashes it.
    const row = rows.subarray(i * rowBytes, (i + 1) * rowBytes)
    leaves.set(leafHash(suite.hash, row), i * suite.hashBytes)
  }
  return new FlatTree(suite, leaves)
}

/** Makes the index of a table from its rows, which come in order and are not kept. */
export class BlockIndexBuilder {
  readonly #suite: Suite
  readonly #rowBytes: number
  readonly #firstTags: Uint8Array[] = []
  readonly #roots: Uint8Array[] = []
  readonly #lastTag = new Uint8Array(TAG_BYTES)
  readonly #waiting: Uint8Array
  #waitingBytes = 0
  #rowCount = 0

  constructor(suite: Suite, parameters: SealedTableParameters) {
    this.#suite = suite
    this.#rowBytes = sealedRowBytes(parameters, suite)
    this.#waiting = new Uint8Array(TABLE_BLOCK_ROWS * this.#rowBytes)
  }

  /** Takes the next bytes, which need not end with a row. @throws ERR_VERIFY_ROOT unless the tags strictly increase */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, this.#waiting.length - this.#waitingBytes)
      this.#waiting.set(bytes.subarray(at, at + taken), this.#waitingBytes)
      this.#waitingBytes += taken
      at += taken
      if (this.#waitingBytes === this.#waiting.length) this.#finishBlock()
    }
  }

  /** @throws ERR_VERIFY_ROOT, ERR_INPUT_LENGTH unless there are whole rows, at least one, and not too many */
  finish(): BlockIndex {
    if (this.#waitingBytes > 0) this.#finishBlock()
    if (this.#rowCount < 1 || this.#rowCount > MAX_TABLE_ROWS) {
      fail('ERR_INPUT_LENGTH', `expected 1 to ${MAX_TABLE_ROWS} rows, found ${this.#rowCount}`)
    }
    return { rowCount: this.#rowCount, firstTags: flat(this.#firstTags), roots: flat(this.#roots) }
  }

  #finishBlock(): void {
    const rows = this.#waiting.subarray(0, this.#waitingBytes)
    const count = rows.length / this.#rowBytes
    if (!Number.isInteger(count)) {
      fail('ERR_INPUT_LENGTH', `expected whole rows of ${this.#rowBytes} bytes, found ${rows.length} bytes`)
    }
    for (let i = 0; i < count; i++) {
      const tag = rows.subarray(i * this.#rowBytes, i * this.#rowBytes + TAG_BYTES)
      if (this.#rowCount + i > 0 && compareBytes(this.#lastTag, tag) >= 0) {
        fail(
          'ERR_VERIFY_ROOT',
          `expected strictly increasing tags, found row ${this.#rowCount + i} out of order`,
        )
      }
      this.#lastTag.set(tag)
    }
    this.#firstTags.push(rows.slice(0, TAG_BYTES))
    this.#roots.push(treeRoot(this.#suite.hash, blockTree(this.#suite, rows, this.#rowBytes), count))
    this.#rowCount += count
    this.#waitingBytes = 0
  }
}

function flat(parts: readonly Uint8Array[]): Uint8Array {
  const width = parts[0]?.length ?? 0
  const bytes = new Uint8Array(parts.length * width)
  for (const [i, part] of parts.entries()) bytes.set(part, i * width)
  return bytes
}
