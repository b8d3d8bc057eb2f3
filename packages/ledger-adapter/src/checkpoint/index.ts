export {
  type Checkpoint,
  encodeCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type SignedCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
export { forkError } from './fork.ts'
export { type NoteSignature, openNote, parseNote, type SignedNote, signNote } from './signed-note.ts'
export { encodeVerifierKey, noteKeyId, parseVerifierKey, type VerifierKey } from './verifier-key.ts'
