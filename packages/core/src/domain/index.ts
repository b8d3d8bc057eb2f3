export {
  type ConsentPurpose,
  type ConsentReceipt,
  type ConsentUse,
  checkConsentUse,
  CONSENT_PURPOSES,
  consentReceiptCodec,
  type SignedConsentReceipt,
  signConsentReceipt,
  verifyConsentReceipt,
} from './consent-receipt.ts'
export {
  DefaultRecord,
  type DefaultRecordFields,
  MAX_AMOUNT_FEN,
  RECORD_STATUSES,
  type RecordStatus,
} from './default-record.ts'
export { toHalfWidth } from './half-width.ts'
export { calendarDate, chinaDateOf, type IsoDate, parseIsoDate, yearsBefore } from './iso-date.ts'
export {
  type KindCode,
  kindByCode,
  RECORD_CLASSES,
  RECORD_KINDS,
  type RecordClass,
  type RecordKind,
} from './kinds.ts'
export { compareRecords, packRecords, unpackRecords } from './record-packing.ts'
export { type SourceOpening, saltedSourceDigest } from './source-commitment.ts'
export { Redacted } from './redacted.ts'
export { ID_TYPES, type IdType, Subject } from './subject.ts'
