export {
  type AnswerJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
} from './answer.ts'
export { checkDefaults } from './check-defaults.ts'
export type { CheckOptions, CheckParts } from './check-options.ts'
export {
  type ReportedConsent,
  type ReportedInquiry,
  type SubjectReport,
  subjectReport,
} from './subject-report.ts'
export { type VerifyRecordOptions, verifyRecord } from './verify-record.ts'
export type { MissingParty, Verdict } from './verdict.ts'
