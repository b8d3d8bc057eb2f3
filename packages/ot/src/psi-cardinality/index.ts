export { PSI_CARDINALITY_PROTOCOL, psiCardinalityParameters } from './params.ts'
export {
  type PsiCardinalityOptions,
  runPsiCardinalityReceiver,
  runPsiCardinalitySender,
} from './run.ts'
