// Checkpoints of both suites have the text of C2SP tlog-checkpoint. In suite `sm` the root is that of the RFC 9162 tree
// with SM3 and the signature line is SM2's (see signature-type.ts).
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { fromBase64, toBase64 } from './base64.ts'
import {
  formatSignature,
  type NoteSignature,
  type NoteSigner,
  openNote,
  parseNote,
  signNote,
} from './signed-note.ts'
import { noteKeyId, type VerifierKey } from './verifier-key.ts'

/** A tree head (C2SP tlog-checkpoint): which log, how many entries, their RFC 9162 root, by the suite's hash. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** 32 bytes */
  readonly root: Uint8Array
}

/** A checkpoint with the signed note that says so. */
export interface SignedCheckpoint extends Checkpoint {
  /** The signed note: what is sent, stored and shown as evidence. */
  readonly text: string
}

/** Origin, decimal size, base64 root, each on a line. No extension lines: members could not check them. */
export function encodeCheckpoint({ origin, size, root }: Checkpoint): string {
  if (root.length !== 32 || !Number.isSafeInteger(size) || size < 0) {
    fail('ERR_INPUT_RANGE', 'expected a root of 32 bytes and a tree size')
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`
}

/** Reads the text of a note; strict. @throws ERR_LEDGER_CHECKPOINT */
export function parseCheckpoint(text: string): Checkpoint {
  const [, origin = '', decimal = '', encoded = ''] =
    /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n$/.exec(text) ?? []
  const size = Number(decimal)
  const root = fromBase64(encoded)
  if (origin === '' || root.length !== 32 || !Number.isSafeInteger(size)) {
    fail('ERR_LEDGER_CHECKPOINT', 'expected origin, tree size and root of 32 bytes on three lines')
  }
  return { origin, size, root }
}

/** Signs as the log: the key name is the origin. @throws ERR_LEDGER_CHECKPOINT for an origin that is no key name */
export function signCheckpoint(signer: NoteSigner, checkpoint: Checkpoint): SignedCheckpoint {
  const { origin, size, root } = checkpoint
  return { origin, size, root, text: signNote(encodeCheckpoint(checkpoint), origin, signer) }
}

/** The checkpoint with the log's line only. @throws ERR_LEDGER_CHECKPOINT when the log did not sign */
export function plainCheckpoint(key: VerifierKey, note: string): string {
  openCheckpoint(key, note)
  const { text, signatures } = parseNote(note)
  const keyId = noteKeyId(key)
  const own = signatures.find(line => line.name === key.name && compareBytes(line.keyId, keyId) === 0)
  return `${text}\n${formatSignature(own as NoteSignature)}`
}

/**
 * Reads a signed checkpoint of the log `key.name`.
 *
 * @throws ERR_LEDGER_CHECKPOINT when malformed, of another origin or not signed by `key`
 */
export function openCheckpoint(key: VerifierKey, note: string): SignedCheckpoint {
  const checkpoint = parseCheckpoint(openNote(note, key))
  if (checkpoint.origin !== key.name) {
    fail('ERR_LEDGER_CHECKPOINT', `expected a checkpoint of ${key.name}, found another origin`)
  }
  return { ...checkpoint, text: note }
}
