/**
 * The client of one firm. Needs Node: a home folder, SQLite, mutual TLS. `@mixun/sdk/answers` and `@mixun/sdk/audit` run
 * in browsers too.
 */
export { type ConsentPurpose, DefaultRecord, type RecordClass, Subject } from '@mixun/core/domain'
export { type AuditedInquiry, auditOpening, type InquiryOpening, verifyEvidence } from './audit/index.ts'
export {
  type AnswerJson,
  answerToJson,
  type CheckOptions,
  type DefaultsAnswer,
  type InquiryEvidence,
  type MissingParty,
  type Verdict,
} from './check/index.ts'
export type { ConsentId, ConsentTerms } from './consents/index.ts'
export { Mixun, type OpenOptions } from './mixun.ts'
export type { SyncOptions, SyncResult } from './sync/index.ts'
