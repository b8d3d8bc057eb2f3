export { type AuditedInquiry, auditOpening, type InquiryOpening, openInquiry } from './opening.ts'
export { verifyEvidence } from './verify-evidence.ts'
