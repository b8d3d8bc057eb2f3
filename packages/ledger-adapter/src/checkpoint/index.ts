export {
  type Checkpoint,
  encodeCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
export { forkError } from './fork.ts'
export { SIGNATURE_TYPES } from './signature-type.ts'
export {
  type NoteSignature,
  type NoteSigner,
  openNote,
  parseNote,
  type SignedNote,
  signNote,
} from './signed-note.ts'
export { encodeVerifierKey, noteKeyId, parseVerifierKey, type VerifierKey } from './verifier-key.ts'
