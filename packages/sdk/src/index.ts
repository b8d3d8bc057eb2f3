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
  verifyEvidence,
} from './audit/index.ts'
export {
  type AnswerJson,
  answerToJson,
  type CheckOptions,
  type DefaultsAnswer,
  type InquiryEvidence,
  type MissingParty,
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
export { Mixun, type OpenOptions } from './mixun.ts'
export type { SyncOptions, SyncResult } from './sync/index.ts'
