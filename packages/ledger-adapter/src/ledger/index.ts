export type { LedgerAnchor } from './anchor.ts'
export {
  type AppendReceipt,
  appendReceiptCodec,
  signAppendReceipt,
  verifyAppendReceipt,
} from './append-receipt.ts'
export {
  entryCodec,
  entryLeafHash,
  MAX_ENTRY_BYTES,
  readEntry,
  type SignEntryOptions,
  type SignedEntry,
  signEntry,
  verifyEntry,
} from './entry.ts'
export { MAX_ENTRIES } from './entry-range.ts'
export { ledgerId } from './ledger-id.ts'
export {
  type IntentReceipt,
  MAX_INTENT_RECEIPT_BYTES,
  signIntentReceipt,
  verifyIntentReceipt,
} from './intent-receipt.ts'
export type { Appended, Ledger, StoredEntry } from './ledger.ts'
export type { TableName } from './payloads/fields.ts'
export { GRANT_REASONS } from './payloads/consortium.ts'
export { WITHDRAWAL_REASONS, type WithdrawalReason } from './payloads/consent-withdrawn.ts'
export {
  MAX_ASKED_PROVIDERS,
  MAX_CONSENT_VALIDITY_MS,
  MAX_INTENT_LIFETIME_MS,
  type OutcomeResult,
} from './payloads/inquiries.ts'
export {
  type BudgetPayload,
  type CalendarPayload,
  type ConsentPayload,
  ENTRY_KINDS,
  type EntryKind,
  type EntryOf,
  type GenesisPayload,
  type IntentPayload,
  type KindsPayload,
  type ListPayload,
  type MemberPayload,
  type OutcomePayload,
  type Payloads,
  type PointsClosedPayload,
  payloadCodecs,
  type SharingRulesPayload,
  type TablePayload,
  type TypedEntry,
} from './payloads.ts'
export { Registry } from './registry.ts'
export type {
  Member,
  PolicyView,
  RecordedConsent,
  RecordedIntent,
  RecordedVersion,
  RegistryView,
} from './registry-view.ts'
export { type AdmittedEntry, LedgerState } from './state.ts'
export type { LedgerVerifiers, ReceiptContext } from './verifiers.ts'
