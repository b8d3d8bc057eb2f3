export { advanceTable } from './advance.ts'
export { type BlockIndex, BlockIndexBuilder, TABLE_BLOCK_ROWS } from './block-index.ts'
export { BlockTable, type ReadRows } from './block-table.ts'
export {
  type BuildInPoolOptions,
  type BuildProgress,
  type BuiltTable,
  buildTable,
  buildTableInPool,
} from './build.ts'
export { buildLargeTable, type LargeTableOptions, type LargeTableSinks, RUN_SUBJECTS } from './build-large.ts'
export { type BookRow, type BookRows, TableBook } from './book.ts'
export {
  checkSuite,
  decodeTableCommitment,
  encodeTableCommitment,
  type TableCommitment,
  type TableId,
  type TableStatement,
  tableCommitmentCodec,
  tableCommitmentSchema,
  verifyTableCommitment,
} from './commitment.ts'
export { decodeDelta, deltaBytes, encodeDelta, type TableDelta } from './delta.ts'
export { type LeafEvidence, type RowEvidence, rowEvidenceCodec, verifyNone, verifyRow } from './evidence.ts'
export { IndexedTable, type ReadRow } from './indexed-table.ts'
export {
  type MadeDelta,
  type MadeIndexedDelta,
  type MakeDeltaOptions,
  type MakeIndexedDeltaOptions,
  makeDelta,
  makeIndexedDelta,
  type SubjectChange,
} from './make-delta.ts'
export {
  type LookupOptions,
  locateSubject,
  type OpenedSubject,
  openProvenRows,
  openRow,
  openSubject,
  subjectTags,
} from './open.ts'
export {
  rowPayloadBytes,
  type SealedTableParameters,
  sealedTableParameters,
  sealedTableParametersById,
} from './params.ts'
export type { BuildTableOptions, TableEntry } from './plan.ts'
export {
  drawLeaves,
  type LeafSamples,
  leafSamplesCodec,
  openLeaves,
  SAMPLED_LEAVES,
  verifyLeaves,
} from './sample.ts'
export { joinRow, type SealedRow } from './row.ts'
export { indexEntry, indexEntryBytes, RowIndex } from './row-index.ts'
export {
  type DeltaShape,
  deltaShape,
  MAX_ROW_COUNT,
  MAX_VERSION,
  MIN_ROW_COUNT,
  sizeClass,
} from './size-class.ts'
export { BLOCK_ROWS, type RunBlock, type RunStore, type TableSink } from './runs.ts'
export { encodedTableVersion, SealedTable, sealedTableBytes, tableHeaderBytes } from './table.ts'
export type { TableRows } from './table-rows.ts'
export { sealedTableTasks } from './tasks.ts'
