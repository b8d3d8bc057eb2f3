import { compareBytes, fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { inclusionProof, treeRoot } from '@mixun/core/merkle'
import { type Suite, suiteById } from '@mixun/core/suite'
import { compareConstantTime } from './compare.ts'
import type { TableStatement } from './commitment.ts'
import type { TableDelta } from './delta.ts'
import { sealedRowBytes, type SealedTableParameters, sealedTableParametersById, TAG_BYTES } from './params.ts'
import { joinRow, rowLeaf, type SealedRow, splitRow } from './row.ts'
import { type DeltaShape, deltaShape } from './size-class.ts'
import type { TableRows } from './table-rows.ts'
import { FlatTree } from './tree.ts'

const MAGIC = 'mixun-sealed-table-2'

/** Bytes of an encoded table: what a download may at most bring. */
export function sealedTableBytes(commitment: TableStatement): number {
  const parameters = sealedTableParametersById(commitment.parameters)
  const header = encodeHeader(parameters, commitment.rowCount).length
  return header + commitment.rowCount * sealedRowBytes(parameters, suiteById(commitment.suite))
}

/** Bytes that stand before the rows of an encoded table. @throws ERR_VERIFY_ROOT unless it is of this shape, ERR_DECODE_… */
export function tableHeaderBytes(bytes: Uint8Array, commitment: TableStatement): number {
  const { parametersId, rowCount } = readHeader(new Reader(bytes))
  const parameters = sealedTableParametersById(commitment.parameters)
  if (parametersId !== parameters.id || rowCount !== commitment.rowCount) {
    fail('ERR_VERIFY_ROOT', `expected ${commitment.rowCount} rows of ${parameters.id}`)
  }
  return encodeHeader(parameters, rowCount).length
}

/**
 * The version of an encoded table of this epoch, by its number of rows. Nothing else is checked.
 *
 * @throws ERR_VERIFY_ROOT when no version has so many rows, ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA
 */
export function encodedTableVersion(bytes: Uint8Array, { baseRowCount }: TableStatement): number {
  const { rowCount } = readHeader(new Reader(bytes))
  const version = (rowCount - baseRowCount) / deltaShape(baseRowCount).insertions
  if (!Number.isInteger(version) || version < 0) {
    fail('ERR_VERIFY_ROOT', `expected a table that began with ${baseRowCount} rows, found ${rowCount} rows`)
  }
  return version
}

/** The rows of one table in the order of their tags, in one buffer, with the tree over them. Immutable. */
export class SealedTable implements TableRows {
  readonly suite: Suite
  readonly parameters: SealedTableParameters
  /** Rows with their padding. */
  readonly rowCount: number
  readonly #rows: Uint8Array
  readonly #rowBytes: number
  readonly #leaves: Uint8Array
  /** Made when first asked for: of a row of deltas only the last root counts. */
  #made: { readonly tree: FlatTree; readonly root: Uint8Array } | null = null

  /**
   * @param rows whole rows, at least one; owned by the table from here on
   * @param leaves their leaf hashes where they are known
   * @throws ERR_VERIFY_ROOT unless the tags strictly increase, ERR_INPUT_LENGTH unless the rows are whole
   */
  constructor(suite: Suite, parameters: SealedTableParameters, rows: Uint8Array, leaves?: Uint8Array) {
    this.suite = suite
    this.parameters = parameters
    this.#rows = rows
    this.#rowBytes = sealedRowBytes(parameters, suite)
    this.rowCount = rows.length / this.#rowBytes
    if (rows.length === 0 || !Number.isInteger(this.rowCount)) {
      fail('ERR_INPUT_LENGTH', `expected whole rows of ${this.#rowBytes} bytes, found ${rows.length} bytes`)
    }
    for (let i = 1; i < this.rowCount; i++) {
      if (compareBytes(this.#view(i - 1).tag, this.#view(i).tag) >= 0) {
        fail('ERR_VERIFY_ROOT', `expected strictly increasing tags, found row ${i} out of order`)
      }
    }
    this.#leaves = leaves ?? this.#hashRows()
  }

  /**
   * Reads a downloaded table and checks it whole against its commitment.
   *
   * @throws ERR_VERIFY_ROOT when a row, the order or the shape is not the committed one, ERR_PARAMETER_UNKNOWN,
   * ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA
   */
  static decode(bytes: Uint8Array, commitment: TableStatement): SealedTable {
    const suite = suiteById(commitment.suite)
    const parameters = sealedTableParametersById(commitment.parameters)
    const reader = new Reader(bytes)
    reader.fixed(tableHeaderBytes(bytes, commitment))
    const rows = reader.fixed(commitment.rowCount * sealedRowBytes(parameters, suite))
    reader.end()
    // A copy: what was checked cannot change behind the table's back.
    const table = new SealedTable(suite, parameters, rows.slice())
    table.checkRoot(commitment)
    return table
  }

  get root(): Uint8Array {
    return this.#hashed().root.slice()
  }

  /** @throws ERR_VERIFY_ROOT */
  checkRoot(commitment: TableStatement): void {
    if (compareBytes(this.#hashed().root, commitment.root) !== 0) {
      fail('ERR_VERIFY_ROOT', 'expected a table that hashes to its committed root')
    }
  }

  /** Copies row `index`. @throws ERR_INPUT_RANGE */
  row(index: number): SealedRow {
    const { tag, version, salt, ciphertext } = this.#view(index)
    return { tag: tag.slice(), version, salt: salt.slice(), ciphertext: ciphertext.slice() }
  }

  /**
   * Where a tag stands, or where it would. Comparisons have no early exit; the rows that the binary search touches
   * depend on the tag, which shows in the caches of this machine and nowhere else.
   */
  find(tag: Uint8Array): { found: boolean; index: number } {
    if (tag.length !== TAG_BYTES) {
      fail('ERR_INPUT_LENGTH', `expected a tag of ${TAG_BYTES} bytes, found ${tag.length}`)
    }
    let low = 0
    let high = this.rowCount
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareConstantTime(this.#view(middle).tag, tag)
      if (order === 0) return { found: true, index: middle }
      if (order < 0) low = middle + 1
      else high = middle
    }
    return { found: false, index: low }
  }

  /** The inclusion proof of row `index`. @throws ERR_INPUT_RANGE */
  prove(index: number): Uint8Array[] {
    return inclusionProof(this.suite.hash, this.#hashed().tree, index, this.rowCount)
  }

  /** Header and rows, as {@link SealedTable.decode} reads them. */
  encode(): Uint8Array {
    return new Writer().raw(encodeHeader(this.parameters, this.rowCount)).raw(this.#rows).finish()
  }

  /**
   * The table after a delta. Its root is the caller's to check against the commitment of that version.
   *
   * @throws ERR_VERIFY_DELTA unless the delta has this shape, new tags, ascending positions and rows of its version
   */
  apply(delta: TableDelta, shape: DeltaShape): SealedTable {
    const { insertions, updates } = delta
    const size = this.rowCount
    const isShaped = insertions.length === shape.insertions && updates.length === shape.updates
    const isOfVersion = [...insertions, ...updates.map(({ row }) => row)].every(
      row => row.version === delta.version,
    )
    if (!isShaped || !isOfVersion) fail('ERR_VERIFY_DELTA', 'expected a delta of the shape of this table')
    const width = this.suite.hashBytes
    const rows = new Uint8Array((size + insertions.length) * this.#rowBytes)
    const leaves = new Uint8Array((size + insertions.length) * width)
    const put = (index: number, row: SealedRow) => {
      rows.set(joinRow(row), index * this.#rowBytes)
      leaves.set(rowLeaf(this.suite, row), index * width)
    }
    let from = 0
    const copyUntil = (to: number, shift: number) => {
      rows.set(
        this.#rows.subarray(from * this.#rowBytes, to * this.#rowBytes),
        (from + shift) * this.#rowBytes,
      )
      leaves.set(this.#leaves.subarray(from * width, to * width), (from + shift) * width)
      from = to
    }
    const positions = insertions.map((row, i) => {
      const { found, index } = this.find(row.tag)
      if (found) fail('ERR_VERIFY_DELTA', 'expected new tags, found one of the table')
      copyUntil(index, i)
      put(index + i, row)
      return index
    })
    copyUntil(size, insertions.length)
    let before = -1
    for (const { index, row } of updates) {
      if (index <= before || index >= size || compareBytes(this.#view(index).tag, row.tag) !== 0) {
        fail('ERR_VERIFY_DELTA', 'expected rows in place of others with the same tags, in their order')
      }
      put(index + positions.filter(position => position <= index).length, row)
      before = index
    }
    return new SealedTable(this.suite, this.parameters, rows, leaves)
  }

  #hashed(): { readonly tree: FlatTree; readonly root: Uint8Array } {
    if (this.#made === null) {
      const tree = new FlatTree(this.suite, this.#leaves)
      this.#made = { tree, root: treeRoot(this.suite.hash, tree, this.rowCount) }
    }
    return this.#made
  }

  #hashRows(): Uint8Array {
    const width = this.suite.hashBytes
    const leaves = new Uint8Array(this.rowCount * width)
    for (let i = 0; i < this.rowCount; i++) leaves.set(rowLeaf(this.suite, this.#view(i)), i * width)
    return leaves
  }

  #view(index: number): SealedRow {
    if (!(index >= 0 && index < this.rowCount)) {
      fail('ERR_INPUT_RANGE', `expected a row below ${this.rowCount}, found ${index}`)
    }
    return splitRow(this.#rows.subarray(index * this.#rowBytes, (index + 1) * this.#rowBytes))
  }
}

function readHeader(reader: Reader): { parametersId: string; rowCount: number } {
  if (fromUtf8(reader.bytes16(64)) !== MAGIC) fail('ERR_DECODE_SCHEMA', `expected a file of ${MAGIC}`)
  return { parametersId: fromUtf8(reader.bytes16(64)), rowCount: reader.uint32() }
}

/** What stands before the rows of an encoded table. */
export function encodeHeader(parameters: SealedTableParameters, rowCount: number): Uint8Array {
  return new Writer().bytes16(utf8(MAGIC)).bytes16(utf8(parameters.id)).uint32(rowCount).finish()
}
