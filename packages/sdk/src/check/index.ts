export {
  type AnswerJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
} from './answer.ts'
export { type CheckOptions, type CheckParts, checkDefaults } from './check-defaults.ts'
export { type VerifyRecordOptions, verifyRecord } from './verify-record.ts'
export type { MissingParty, Verdict } from './verdict.ts'
