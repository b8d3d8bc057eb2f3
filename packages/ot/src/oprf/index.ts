export { type BlindState, blind, finalize } from './client.ts'
export {
  decodeBlindRequest,
  decodeDleqProof,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeDleqProof,
  encodeEvaluateResponse,
} from './codec.ts'
export { hashInput } from './context.ts'
export { type DleqProof, generateProof, type ProofOptions, verifyProof } from './dleq.ts'
export {
  decodeKeyPair,
  decodePublicKey,
  deriveKeyPair,
  encodePublicKey,
  encodeSecretKey,
  generateKeyPair,
  type OprfKeyPair,
} from './keys.ts'
export type { BlindRequest, EvaluateResponse } from './messages.ts'
export { evaluateInput, evaluateInputs, hashEvaluation, unblindAndHash } from './output.ts'
export {
  MAX_BATCH,
  MAX_EVALUATIONS_PER_KEY,
  MAX_INPUT_BYTES,
  MAX_PROVEN_BATCH,
  type OprfMode,
  type OprfSuite,
  oprfP256Sha256,
  oprfRistretto255Sha512,
  oprfSm2Sm3,
  oprfSuiteById,
  oprfSuiteOf,
  oprfSuites,
} from './params.ts'
export {
  evaluateInPool,
  type OprfClientOptions,
  type OprfServerOptions,
  runOprfClient,
  runOprfServer,
} from './run.ts'
export { evaluate, evaluateWithProof } from './server.ts'
export { oprfTasks } from './tasks.ts'
