export {
  type AnswerJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
} from './answer.ts'
export { type CheckOptions, type CheckParts, checkDefaults } from './check-defaults.ts'
export {
  type ReportedConsent,
  type ReportedInquiry,
  type SubjectReport,
  subjectReport,
} from './subject-report.ts'
export { type VerifyRecordOptions, verifyRecord } from './verify-record.ts'
export type { MissingParty, Verdict } from './verdict.ts'
