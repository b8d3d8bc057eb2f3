export {
  type Checkpoint,
  encodeCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
export {
  type CosignedCheckpoint,
  cosignCheckpoint,
  cosignerName,
  mergeCosigned,
  openCosigned,
} from './cosignature.ts'
export { type ForkProof, forkError, verifyFork } from './fork.ts'
export { COSIGNATURE_TYPES, SIGNATURE_TYPES, type SignatureTypes } from './signature-type.ts'
export {
  type NoteSignature,
  type NoteSigner,
  openNote,
  parseNote,
  type SignedNote,
  signNote,
} from './signed-note.ts'
export { encodeVerifierKey, noteKeyId, parseVerifierKey, type VerifierKey } from './verifier-key.ts'
