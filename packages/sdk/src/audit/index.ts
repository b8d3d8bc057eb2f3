export { type AuditedInquiry, auditOpening, type InquiryOpening, openInquiry } from './opening.ts'
