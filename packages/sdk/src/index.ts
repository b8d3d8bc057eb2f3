/**
 * The client of one firm. Needs Node: a home folder, SQLite, mutual TLS. `@mixun/sdk/answers` and `@mixun/sdk/audit` run
 * in browsers too.
 */
export { type ConsentPurpose, DefaultRecord, type RecordClass, Subject } from '@mixun/core/domain'
export {
  type AuditedInquiry,
  auditOpening,
  type InquiryOpening,
  type OpenedEvidence,
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
  type CheckOptions,
  type DefaultsAnswer,
  type InquiryEvidence,
  type MissingParty,
  type ReportedConsent,
  type ReportedInquiry,
  type SubjectReport,
  type VerifyRecordOptions,
  type Verdict,
} from './check/index.ts'
export type { ConsentId, ConsentTerms } from './consents/index.ts'
export { Mixun } from './mixun.ts'
export type { DisputedRecord, Notice, TicketAnswer, Tickets } from './tickets/index.ts'
export type { PurgedInquiries } from './store/inquiries.ts'
