export type { KeywordOtBinding } from './binding.ts'
export { finish, type KeywordOtResult, type KeywordOtState, request } from './client.ts'
export {
  decodeEvaluation,
  decodeRequest,
  decodeResponse,
  encodeEvaluation,
  encodeRequest,
  encodeResponse,
} from './codec.ts'
export type { Evaluation, KeywordOtRequest, KeywordOtResponse, KeywordOtStatement } from './messages.ts'
export {
  KEYWORD_OT_PROTOCOL,
  type KeywordOtParameters,
  keywordOtParameters,
  keywordOtParametersById,
} from './params.ts'
export { type EvaluationReceipt, evaluationReceiptCodec, verifyEvaluationReceipt } from './receipt.ts'
export {
  decodeSignedRefusal,
  encodeSignedRefusal,
  type RefusalReceipt,
  refusalReceiptCodec,
  type SignedRefusal,
  signRefusal,
  verifyRefusalReceipt,
} from './refusal.ts'
export {
  type KeywordOtClientOptions,
  type KeywordOtServerOptions,
  runKeywordOtClient,
  runKeywordOtServer,
} from './run.ts'
export { type AcceptedRequest, accept, answer } from './server.ts'
export {
  type EvaluationTranscript,
  evaluationTranscriptCodec,
  openTranscript,
  type TranscriptContext,
} from './transcript.ts'
