/** What becomes of the parties' replies, without asking anybody: runs in browsers too. */
export {
  type AnswerJson,
  answerFromJson,
  answerToJson,
  type DefaultsAnswer,
  type InquiryEvidence,
  type PartyEvidence,
  recordToJson,
} from '../check/answer.ts'
export type { PartyReply } from '../check/ask.ts'
export { readReply } from '../check/read-reply.ts'
export { type MissingParty, type Verdict, verdictOf } from '../check/verdict.ts'
