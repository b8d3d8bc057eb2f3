export {
  type Admission,
  admit,
  checkAdmission,
  createAdmissionRequest,
} from './admission.ts'
export { type Authority, createAuthority, issueCertificate } from './authority.ts'
export { generateTlsKeys, privateKeyFromPem, privateKeyToPem, x509 } from './x509.ts'
