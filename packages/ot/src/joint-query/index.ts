export { setupIdOf } from './codec.ts'
export { jointCommitmentDigest } from './digest.ts'
export { MaskKeys, type MemberKeys } from './masks.ts'
export {
  DEFAULT_MINIMUM_FIRMS,
  JOINT_QUERY_PROTOCOL,
  JOINT_THRESHOLD_PROTOCOL,
  type JointQueryParameters,
  jointQueryParameters,
  jointQueryParametersById,
  jointQueryParametersOf,
  LEAST_FIRMS,
  MAX_FIRMS,
} from './params.ts'
export {
  type JointReceipt,
  jointReceiptCodec,
  type SignedJointReceipt,
  verifyJointReceipt,
} from './receipt.ts'
export {
  type JointAnswerRecord,
  jointAnswerRecordCodec,
  type JointComparisonAttempt,
  jointComparisonAttemptCodec,
  type JointInquirerRecord,
  jointInquirerRecordCodec,
} from './record.ts'
export type {
  FindSetup,
  JointAnswer,
  JointClientOptions,
  JointComparison,
  JointComparisonAnswer,
  JointContribution,
  JointQuery,
  JointServerOptions,
  JointTableCopy,
  JointThresholdClientOptions,
  JointThresholdServerOptions,
} from './options.ts'
export {
  type AuditedSession,
  checkSameOts,
  checkSameWord,
  type ProviderOpening,
  replayInquirer,
  replayProvider,
} from './replay.ts'
export { runJointClient, runJointServer } from './run.ts'
export {
  type ComparedSession,
  readComparison,
  repeatComparison,
  replayAssociation,
  replayComparison,
} from './threshold/replay.ts'
export { runJointThresholdClient, runJointThresholdServer } from './threshold/run.ts'
export type { FoundEntry, JointSecrets } from './client.ts'
export type { OwnJointTable } from './server.ts'
export { commitSeed, SEED_BYTES, type SeedOwner, verifySeed } from './seeds.ts'
export { decodeJointShare, encodeJointShare, JOINT_SHARE_BYTES, type JointShare } from './share.ts'
export {
  checkJointStatement,
  type JointNoise,
  type JointOutput,
  type JointStatement,
  type JointTableReference,
  maskingParties,
  statementHash,
} from './statement.ts'
export { type JointValue, openJointTotal } from './total.ts'
