export {
  type AnswerJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
} from './answer.ts'
export { type BuyOptions, buyIntents, type HeldIntent, heldIntents } from './buy-intents.ts'
export { checkDefaults } from './check-defaults.ts'
export type { CheckOptions, CheckParts } from './check-options.ts'
export { type SettledIntent, settleBought } from './settle-bought.ts'
export { settleHome } from './settle-home.ts'
export { isOutOfReach } from './use-bought.ts'
export {
  type ReportedConsent,
  type ReportedInquiry,
  type SubjectReport,
  subjectReport,
} from './subject-report.ts'
export { type VerifyRecordOptions, verifyRecord } from './verify-record.ts'
export type { MissingParty, Verdict } from './verdict.ts'
export { purgeInquiries } from './purge-inquiries.ts'
