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
export { MAX_ASKED_PROVIDERS, type OutcomeResult } from './payloads/inquiries.ts'
export {
  type ConsentPayload,
  ENTRY_KINDS,
  type EntryKind,
  type EntryOf,
  type GenesisPayload,
  type IntentPayload,
  type ListPayload,
  type MemberPayload,
  type OutcomePayload,
  type Payloads,
  payloadCodecs,
  type TablePayload,
  type TypedEntry,
} from './payloads.ts'
export { Registry } from './registry.ts'
export type {
  Member,
  RecordedConsent,
  RecordedIntent,
  RecordedVersion,
  RegistryView,
} from './registry-view.ts'
export { type AdmittedEntry, LedgerState } from './state.ts'
export type { LedgerVerifiers, ReceiptContext } from './verifiers.ts'
