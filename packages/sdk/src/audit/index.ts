/**
 * What an auditor, or anybody who is shown an answer, checks with the ledger alone. Runs in browsers too: the registry
 * comes from replaying the ledger's entries through `LedgerState` with {@link ledgerVerifiers}, of which sealed
 * entries can be read by their readers only.
 */
export { documentDigest } from '../consents/document-digest.ts'
export { intentContext, ledgerVerifiers } from '../consortium/verifiers.ts'
export { type DoubleAnswer, verifyDoubleAnswer } from './double-answer.ts'
export { sampledLeaves, signLeafSamples, verifyLeafSamples } from './leaf-samples.ts'
export {
  OpenedEvidence,
  type OpenedEvidenceJson,
  openEvidence,
  type ProvenAnswer,
  verifyOpenedEvidence,
} from './opened-evidence.ts'
export {
  AUDIT_OPENING_PARAMETERS,
  AUDIT_OPENING_PROTOCOL,
  MAX_DOCUMENT_BYTES,
  readSignedOpening,
  type ReceivedOpening,
  receiveOpening,
  type SignedOpening,
  sendOpening,
} from './audit-opening.ts'
export {
  type JointSessions,
  jointSessionsCodec,
  jointSessionsDigest,
  MAX_JOINT_SESSIONS_BYTES,
  requireSessions,
} from './joint-sessions.ts'
export {
  type AuditedInquiry,
  auditOpening,
  InquiryOpening,
  type InquiryOpeningJson,
  inquiryOpeningSchema,
  openInquiry,
} from './opening.ts'
export { type ProvenRecords, type RecordProof, verifyRecordProof } from './record-proof.ts'
export { type VerifiedEvidence, verifyEvidence } from './verify-evidence.ts'
