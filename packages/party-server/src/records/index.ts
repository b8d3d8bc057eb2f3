export {
  type AcceptedRow,
  type Finding,
  type ImportOptions,
  type ImportSummary,
  importRows,
  PROGRESS_ROWS,
  type RowPlace,
} from './import.ts'
export { ImportedRecord, type ImportedRecordFields } from './imported-record.ts'
export {
  type Cohort,
  type ImportProfile,
  parseProfile,
  type ProfileField,
} from './profile.ts'
export type { AmountRules, AmountUnit, DateFormat } from './normalise.ts'
export { isPublished } from './publication.ts'
export { DEFAULT_ROW_LIMITS, readRows, type RowLimits } from './read-rows.ts'
export { evaluateRow, REJECT_REASONS, type RejectReason, type RowContext, type RowOutcome } from './rules.ts'
export { consentDigest, type SharingBasis } from './sharing-basis.ts'
export { sourceDigest } from './source-digest.ts'
export { checkHeader, type Header, SourceRow } from './source-row.ts'
