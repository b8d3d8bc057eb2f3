export {
  type AnswerJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
} from './answer.ts'
export { checkDefaults } from './check-defaults.ts'
export type { CheckOptions, CheckParts } from './check-options.ts'
export type { MissingParty, Verdict } from './verdict.ts'
