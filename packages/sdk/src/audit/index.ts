/**
 * What an auditor, or anybody who is shown an answer, checks with the ledger alone. Runs in browsers too: the registry
 * comes from replaying the ledger's entries through `LedgerState` with {@link ledgerVerifiers}.
 */
export { documentDigest } from '../consents/document-digest.ts'
export { intentContext, ledgerVerifiers } from '../consortium/verifiers.ts'
export { type DoubleAnswer, verifyDoubleAnswer } from './double-answer.ts'
export { sampledLeaves, signLeafSamples, verifyLeafSamples } from './leaf-samples.ts'
export { type AuditedInquiry, auditOpening, type InquiryOpening, openInquiry } from './opening.ts'
export { verifyEvidence } from './verify-evidence.ts'
