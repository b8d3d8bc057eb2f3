export { decodeOffer, encodeOffer, PSI_VERSION } from './codec.ts'
export type { PsiOffer, PsiVariant } from './messages.ts'
export {
  MAX_LABEL_BYTES,
  MAX_PSI_ITEMS,
  PSI_PROTOCOL,
  type PsiParameters,
  psiParameters,
  psiParametersById,
} from './params.ts'
export {
  type PsiReceiverOptions,
  type PsiReceiverResult,
  type PsiSenderOptions,
  type PsiSenderResult,
  runPsiReceiver,
  runPsiSender,
} from './run.ts'
