export type { CipherBatch, EcSuit, HandshakeRequest, HandshakeResponse } from './messages.ts'
export type { PsiReceiver } from './negotiate.ts'
export {
  ECDH_PSI_PROTOCOL,
  type EcdhPsiSuite,
  ecdhPsiCurve25519,
  ecdhPsiSm2,
  ecdhPsiSuiteById,
  ecdhPsiSuites,
  MAX_PSI_ITEMS,
} from './params.ts'
export type { PsiCurve, PsiKey } from './psi-curve.ts'
export { type EcdhPsiOptions, type EcdhPsiResult, runEcdhPsiClient, runEcdhPsiServer } from './run.ts'
