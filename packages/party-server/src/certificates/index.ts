export {
  type Admission,
  admit,
  checkAdmission,
  createAdmissionRequest,
} from './admission.ts'
export { type Authority, createAuthority, issueCertificate } from './authority.ts'
export { createMemberHome, joinConsortium, renewTlsKey, requestAdmission } from './membership.ts'
export { openPrivateKey, storePrivateKey } from './private-keys.ts'
export { generateTlsKeys, privateKeyToPem, x509 } from './x509.ts'
