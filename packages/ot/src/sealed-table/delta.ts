/**
 * Deltas of a sealed table: within an epoch a table changes by deltas of one fixed shape, I new rows and U rows sealed
 * anew, made at the ticks of a fixed clock whether anything changed or not.
 *
 *   provider: version v, book, changes ──► delta (I insertions, U updates), commitment of version v + 1
 *   member:   version v, delta, commitment of v + 1 ──► version v + 1, checked against the committed root
 *
 * A new record of a known subject, a correction or a withdrawal seals rows anew; a new subject takes an insertion; a
 * withdrawn subject keeps its row, with nothing in it. What is not used is spent on dummies (insertions) and on rows
 * drawn uniformly from the whole table, sealed anew with the same content under a fresh salt (updates). So a table
 * only grows, by I a version, and rows never leave: which of them are dummies does not show, nor how much changed.
 *
 * Source: DESIGN.md, the sealed table. Adversary: whoever holds every version. Leaks: which rows were sealed anew; one
 * that is drawn far more often than the others changed often, whosever it is. Who once evaluated a subject sees from
 * then on when its row is sealed anew, and reads it: that is what an evaluation is, for the epoch.
 */
import { concat, i2osp } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { suiteById } from '@mixun/core/suite'
import type { TableStatement } from './commitment.ts'
import { sealedRowBytes, sealedTableParametersById } from './params.ts'
import { joinRow, type SealedRow, splitRow } from './row.ts'
import { deltaShape } from './size-class.ts'

/** What leads a table from one version to the next. */
export interface TableDelta {
  /** The version that this delta leads to. */
  readonly version: number
  /** I rows, by tag. */
  readonly insertions: readonly SealedRow[]
  /** U rows in place of those at these positions of the version before, ascending. */
  readonly updates: readonly { readonly index: number; readonly row: SealedRow }[]
}

/** Bytes of every delta of a table. */
export function deltaBytes(commitment: TableStatement): number {
  const { insertions, updates } = deltaShape(commitment.baseRowCount)
  const parameters = sealedTableParametersById(commitment.parameters)
  const row = sealedRowBytes(parameters, suiteById(commitment.suite))
  return 4 + insertions * row + updates * (4 + row)
}

/** Version, insertions, updates behind their positions: no counts, as the shape is the commitment's. */
export function encodeDelta(delta: TableDelta): Uint8Array {
  return new Writer()
    .uint32(delta.version)
    .raw(concat(...delta.insertions.map(joinRow)))
    .raw(concat(...delta.updates.map(({ index, row }) => concat(i2osp(index, 4), joinRow(row)))))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeDelta(bytes: Uint8Array, commitment: TableStatement): TableDelta {
  const shape = deltaShape(commitment.baseRowCount)
  const rowBytes = sealedRowBytes(
    sealedTableParametersById(commitment.parameters),
    suiteById(commitment.suite),
  )
  const reader = new Reader(bytes.slice())
  const version = reader.uint32()
  const row = () => splitRow(reader.fixed(rowBytes))
  const insertions = Array.from({ length: shape.insertions }, row)
  const updates = Array.from({ length: shape.updates }, () => ({ index: reader.uint32(), row: row() }))
  reader.end()
  return { version, insertions, updates }
}
