import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { leafHash, treeRoot } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { compareConstantTime } from './compare.ts'
import type { TableDelta } from './delta.ts'
import { TAG_BYTES } from './params.ts'
import { joinRow, type SealedRow } from './row.ts'
import { RunningRoot } from './running-root.ts'
import { FlatTree } from './tree.ts'

/** Leaves hashed at a time: a subtree of half a megabyte. */
const SUBTREE_LEAVES = 2 ** 14

/** Bytes of an entry: tag, leaf hash, version, version that brought it. */
export const indexEntryBytes = (suite: Suite): number => TAG_BYTES + suite.hashBytes + 8

/** The entry of a row, as it stands in the index. @param row the whole sealed row */
export function indexEntry(suite: Suite, row: Uint8Array, origin: number): Uint8Array {
  const entry = new Uint8Array(indexEntryBytes(suite))
  entry.set(row.subarray(0, TAG_BYTES))
  // A row is stored as its leaf hashes it.
  entry.set(leafHash(suite.hash, row), TAG_BYTES)
  entry.set(row.subarray(TAG_BYTES, TAG_BYTES + 4), TAG_BYTES + suite.hashBytes)
  new DataView(entry.buffer).setUint32(entry.length - 4, origin)
  return entry
}

/**
 * What a provider keeps in memory of a version of its table, by tag: for every row its leaf, the version it was sealed for, and
 * the one that brought it. 72 bytes a row, public all of it, and all that a delta needs besides the rows it changes: a row
 * that comes in moves all later leaves, so that most of the tree is another.
 */
export class RowIndex {
  readonly suite: Suite
  readonly #entryBytes: number
  #entries: Uint8Array
  #view: DataView
  #rowCount: number
  #version: number

  /**
   * @param entries in the order of their tags, at a multiple of four bytes; owned by the index from here on
   * @param rowCount those that count, when there is room for more
   * @throws ERR_VERIFY_ROOT unless the tags strictly increase
   */
  constructor(
    suite: Suite,
    version: number,
    entries: Uint8Array,
    rowCount = entries.length / indexEntryBytes(suite),
  ) {
    this.suite = suite
    this.#entryBytes = indexEntryBytes(suite)
    this.#entries = entries
    this.#view = viewOf(entries)
    this.#rowCount = rowCount
    this.#version = version
    for (let i = 1; i < this.#rowCount; i++) {
      if (compareTags(entries, (i - 1) * this.#entryBytes, i * this.#entryBytes) >= 0) {
        fail('ERR_VERIFY_ROOT', `expected strictly increasing tags, found row ${i} out of order`)
      }
    }
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** The version of the table that this is. */
  get version(): number {
    return this.#version
  }

  /** All entries, one after the other; a view. */
  get entries(): Uint8Array {
    return this.#entries.subarray(0, this.#rowCount * this.#entryBytes)
  }

  /** A view. @throws ERR_INPUT_RANGE */
  tag(index: number): Uint8Array {
    const at = this.#at(index)
    return this.#entries.subarray(at, at + TAG_BYTES)
  }

  /** A view. @throws ERR_INPUT_RANGE */
  leaf(index: number): Uint8Array {
    const at = this.#at(index) + TAG_BYTES
    return this.#entries.subarray(at, at + this.suite.hashBytes)
  }

  /** The version that the row was sealed for. @throws ERR_INPUT_RANGE */
  sealedAt(index: number): number {
    return this.#view.getUint32(this.#at(index) + this.#entryBytes - 8)
  }

  /** The version that brought the row. @throws ERR_INPUT_RANGE */
  broughtAt(index: number): number {
    return this.#view.getUint32(this.#at(index) + this.#entryBytes - 4)
  }

  /** Positions of the rows that came after version 0, ascending. */
  insertedRows(): number[] {
    const rows: number[] = []
    for (let i = 0, at = this.#entryBytes - 4; i < this.#rowCount; i++, at += this.#entryBytes) {
      if (this.#view.getUint32(at) !== 0) rows.push(i)
    }
    return rows
  }

  /** Where a tag stands, or where it would. Comparisons have no early exit. */
  find(tag: Uint8Array): { found: boolean; index: number } {
    let low = 0
    let high = this.#rowCount
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareConstantTime(this.tag(middle), tag)
      if (order === 0) return { found: true, index: middle }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { found: false, index: low }
  }

  /** That a row came with the delta to `version`. @throws ERR_INPUT_RANGE */
  setBroughtAt(index: number, version: number): void {
    this.#view.setUint32(this.#at(index) + this.#entryBytes - 4, version)
  }

  /**
   * Becomes the index of the next version.
   *
   * @throws ERR_VERIFY_DELTA unless the delta leads there; the index is not to be used then
   */
  advance({ version, insertions, updates }: TableDelta): void {
    if (version !== this.#version + 1) fail('ERR_VERIFY_DELTA', `expected delta ${this.#version + 1}`)
    for (const { index, row } of updates) {
      if (
        index >= this.#rowCount ||
        compareBytes(this.tag(index), row.tag) !== 0 ||
        row.version !== version
      ) {
        fail('ERR_VERIFY_DELTA', 'expected rows in place of others with the same tags')
      }
      this.#entries.set(this.#entryOf(row, this.broughtAt(index)), this.#at(index))
    }
    const positions = insertions.map((row, i) => {
      const { found, index } = this.find(row.tag)
      const before = insertions[i - 1]
      const isNext = before === undefined || compareBytes(before.tag, row.tag) < 0
      if (found || !isNext || row.version !== version) {
        fail('ERR_VERIFY_DELTA', 'expected new tags in their order, found one of the table or out of order')
      }
      return index
    })
    this.#makeRoom(insertions.length)
    const width = this.#entryBytes
    let end = this.#rowCount
    for (let i = insertions.length - 1; i >= 0; i--) {
      const position = positions[i] as number
      this.#entries.copyWithin((position + i + 1) * width, position * width, end * width)
      this.#entries.set(this.#entryOf(insertions[i] as SealedRow, version), (position + i) * width)
      end = position
    }
    this.#rowCount += insertions.length
    this.#version = version
  }

  /** The leaves, one after the other. */
  leaves(from = 0, to = this.#rowCount): Uint8Array {
    // Words instead of a view of each: a table has a million. An entry, a tag and a hash are whole words.
    const { buffer, byteOffset, length } = this.#entries
    const entries = new Uint32Array(buffer, byteOffset, length / 4)
    const [entryWords, leafWords] = [this.#entryBytes / 4, this.suite.hashBytes / 4]
    const leaves = new Uint32Array((to - from) * leafWords)
    for (let i = from, at = 0; i < to; i++) {
      const leaf = i * entryWords + TAG_BYTES / 4
      for (let word = 0; word < leafWords; word++) leaves[at++] = entries[leaf + word] as number
    }
    return new Uint8Array(leaves.buffer)
  }

  /** The root of the table. Hashes all of the tree. */
  root(): Uint8Array {
    const { hash } = this.suite
    const root = new RunningRoot(this.suite)
    for (let from = 0; from < this.#rowCount; from += SUBTREE_LEAVES) {
      const to = Math.min(this.#rowCount, from + SUBTREE_LEAVES)
      // The last may be no complete subtree: as the last leaf of a tree it stands for the same root.
      root.append(treeRoot(hash, new FlatTree(this.suite, this.leaves(from, to)), to - from))
    }
    return root.root()
  }

  #entryOf(row: SealedRow, origin: number): Uint8Array {
    return indexEntry(this.suite, joinRow(row), origin)
  }

  #makeRoom(rows: number): void {
    const needed = (this.#rowCount + rows) * this.#entryBytes
    if (needed <= this.#entries.length) return
    const larger = new Uint8Array(needed)
    larger.set(this.entries)
    this.#entries = larger
    this.#view = viewOf(larger)
  }

  #at(index: number): number {
    if (!(index >= 0 && index < this.#rowCount)) {
      fail('ERR_INPUT_RANGE', `expected a row below ${this.#rowCount}, found ${index}`)
    }
    return index * this.#entryBytes
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  new DataView(buffer, byteOffset, byteLength)

/** Without views of each: a table has a million. */
function compareTags(entries: Uint8Array, a: number, b: number): number {
  for (let i = 0; i < TAG_BYTES; i++) {
    const order = (entries[a + i] as number) - (entries[b + i] as number)
    if (order !== 0) return order
  }
  return 0
}
