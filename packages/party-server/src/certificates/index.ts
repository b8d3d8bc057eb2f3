export {
  type Admission,
  type AdmissionRequest,
  admit,
  checkAdmission,
  createAdmissionRequest,
} from './admission.ts'
export { type Authority, createAuthority, issueCertificate } from './authority.ts'
export { type CryptoKey, generateTlsKeys, privateKeyFromPem, privateKeyToPem, x509 } from './x509.ts'
