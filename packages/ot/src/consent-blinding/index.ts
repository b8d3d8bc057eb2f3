export { blindConsented, blindRecorded, type RecordedSubject, verifyBlinding } from './blinding.ts'
export { commitSubject, verifyOpening } from './commitment.ts'
export { combineBlind, rerandomize, verifyFactor, verifyRerandomized } from './rerandomize.ts'
export {
  decodeSchnorrProof,
  encodeSchnorrProof,
  type EqualLogStatement,
  proveEqualLogs,
  type SchnorrProof,
  schnorrProofBytes,
  verifyEqualLogs,
} from './schnorr.ts'
