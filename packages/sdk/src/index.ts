/**
 * The client of one firm. Needs Node: a home folder, SQLite, mutual TLS. `@mixun/sdk/answers` and `@mixun/sdk/audit` run
 * in browsers too.
 */
export { type ConsentPurpose, DefaultRecord, type RecordClass, Subject } from '@mixun/core/domain'
export {
  type AuditedInquiry,
  auditOpening,
  InquiryOpening,
  type InquiryOpeningJson,
  OpenedEvidence,
  type OpenedEvidenceJson,
  type ProvenAnswer,
  type ProvenRecords,
  type RecordProof,
  type VerifiedEvidence,
  verifyEvidence,
  verifyOpenedEvidence,
  verifyRecordProof,
} from './audit/index.ts'
export {
  type AnswerJson,
  answerToJson,
  type BuyOptions,
  type CheckOptions,
  type DefaultsAnswer,
  type HeldIntent,
  type InquiryEvidence,
  type MissingParty,
  type ReportedConsent,
  type ReportedInquiry,
  type SettledIntent,
  type SubjectReport,
  type VerifyRecordOptions,
  settleHome,
  type Verdict,
} from './check/index.ts'
export { type ConsentTerms, RegisteredConsent } from './consents/index.ts'
export {
  type ConsentId,
  type IntentId,
  parseConsentId,
  parseIntentId,
  parseRequestId,
  type RequestId,
} from './ids.ts'
export {
  JointAnswer,
  type JointAnswerJson,
  type JointOf,
  type JointQueryOptions,
} from './joint/index.ts'
export { Mixun, type OpenOptions } from './mixun.ts'
export type { DisputedRecord, Notice, TicketAnswer, Tickets } from './tickets/index.ts'
export type { PurgedInquiries } from './store/inquiries.ts'
export type { SyncOptions, SyncResult } from './sync/index.ts'
