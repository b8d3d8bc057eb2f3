export type { LedgerAnchor } from './anchor.ts'
export {
  type AppendReceipt,
  type AppendReceiptBody,
  appendReceiptCodec,
  MAX_RECEIPT_GROUP,
  signAppendReceipt,
  signAppendReceipts,
  verifyAppendReceipt,
} from './append-receipt.ts'
export type { SupersededCertificate } from './certificates.ts'
export { authorSignatureTasks } from './author-signatures.ts'
export {
  entryLeafHash,
  MAX_ENTRY_BYTES,
  readEntry,
  type SignEntryOptions,
  type SignedEntry,
  signEntry,
  signedEntryCodec,
  verifyEntry,
} from './entry.ts'
export { type EntryOpening, entryOpeningCodec, readOpening } from './entry-opening.ts'
export { MAX_ENTRIES } from './entry-range.ts'
export { dueSides, type InquiryOnRecord, inquiryOnRecord, mayBeAudited } from './inquiry-on-record.ts'
export { ledgerId } from './ledger-id.ts'
export {
  decodeIntentReceipt,
  type IntentReceipt,
  MAX_INTENT_RECEIPT_BYTES,
  requireIntentReceipt,
  signIntentReceipt,
  VerifiedIntentReceipts,
  verifyIntentReceipt,
} from './intent-receipt.ts'
export {
  type BoughtReceipt,
  requireBoughtReceipt,
  signBoughtReceipt,
  verifyBoughtReceipt,
  verifyReceiptOf,
} from './bought-receipt.ts'
export {
  type BoughtReference,
  encodeBoughtReference,
  filledIn,
  isBoughtReference,
  readBoughtReference,
  verifyBoughtReference,
} from './bought-reference.ts'
export { basisDigest, type IntentBasis } from './intent-basis.ts'
export type { AppendOptions, Appended, Ledger } from './ledger.ts'
export { StoredEntry, type StoredEntryParts } from './stored-entry.ts'
export { entryCodec, type LedgerEntry } from './ledger-entry.ts'
export { latestTime } from './clock.ts'
export type { TableName } from './payloads/fields.ts'
export { type Finding, FINDINGS } from './payloads/audit.ts'
export { GRANT_REASONS } from './payloads/consortium.ts'
export { REVOCATION_REASONS, type RevocationReason } from './payloads/certificate-revoked.ts'
export { KEY_USES, type KeyUse } from './payloads/member-key.ts'
export { LOG_RESET_REASONS, type LogResetReason } from './payloads/party-log.ts'
export {
  type JointMissing,
  type JointRefusal,
  type JointShareStatement,
  jointStatementCodecs,
  type SignedJointStatement,
  signJointStatement,
  verifyJointStatement,
} from './joint-receipts.ts'
export { JOINT_OUTPUTS, type JointOutputKind, type JointTableRef, MIN_JOINT_FIRMS } from './payloads/joint.ts'
export { jointTablesToAsk } from './rules/joint-queries.ts'
export { MAX_ENDED_INTENTS, WITHDRAWAL_REASONS, type WithdrawalReason } from './payloads/consent-withdrawn.ts'
export {
  MAX_ASKED_PROVIDERS,
  MAX_CONSENT_VALIDITY_MS,
  MAX_FILL_IN_MS,
  MAX_INTENT_LIFETIME_MS,
  type OutcomeResult,
} from './payloads/inquiries.ts'
export {
  TICKET_OUTCOMES,
  TICKET_SUBJECTS,
  type TicketOutcome,
  type TicketSubject,
} from './payloads/tickets.ts'
export {
  type AuditRulesPayload,
  type BudgetPayload,
  type CalendarPayload,
  type ConsentPayload,
  ENTRY_KINDS,
  type EntryKind,
  type EntryOf,
  type GenesisPayload,
  type IntentBoughtPayload,
  type IntentPayload,
  type JointIntentPayload,
  type JointOutcomePayload,
  type JointRulesPayload,
  type JointTablePayload,
  type KindsPayload,
  type ListPayload,
  type MemberPayload,
  type OpaqueEntry,
  type ReadableEntry,
  type OutcomePayload,
  type Payloads,
  type PointsClosedPayload,
  payloadCodecs,
  type SharingRulesPayload,
  type TablePayload,
  type TypedEntry,
} from './payloads.ts'
export type { JointReceiptContext } from './verifiers.ts'
export { Registry } from './registry.ts'
export type {
  Member,
  PolicyView,
  RecordedConsent,
  RecordedIntent,
  RecordedPurchase,
  RecordedVersion,
  RegistryView,
} from './registry-view.ts'
export { liveIntents } from './rules/consent-withdrawn.ts'
export { proveSigningKey } from './rules/member-key.ts'
export { type LogReset, signLogReset } from './rules/party-log.ts'
export { isSealedKind, type MembersView, sealEntry, type SealEntryOptions } from './seal-entry.ts'
export { type LedgerReader, type OpenedEntry, type SealedEntry } from './sealed-entry.ts'
export { type AdmittedEntry, LedgerState } from './state.ts'
export type { LedgerVerifiers, ReceiptContext } from './verifiers.ts'
export { verifyUnderAny } from './verify-under-any.ts'
