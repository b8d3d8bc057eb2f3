export {
  type BuildInPoolOptions,
  type BuildProgress,
  type BuiltTable,
  buildTable,
  buildTableInPool,
} from './build.ts'
export {
  checkSuite,
  decodeTableCommitment,
  encodeTableCommitment,
  type TableCommitment,
  type TableId,
  tableCommitmentCodec,
  tableCommitmentSchema,
  verifyTableCommitment,
} from './commitment.ts'
export { type LeafEvidence, type RowEvidence, rowEvidenceCodec, verifyNone, verifyRow } from './evidence.ts'
export {
  type LookupOptions,
  locateSubject,
  type OpenedSubject,
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
export type { SealedRow } from './row.ts'
export { MAX_ROW_COUNT, MIN_ROW_COUNT, sizeClass } from './size-class.ts'
export { SealedTable, sealedTableBytes } from './table.ts'
export { sealedTableTasks } from './tasks.ts'
