// C2SP tlog-cosignature: a line that a member adds to a checkpoint which continues everything it cosigned before. In
// suite `intl` any C2SP client reads it (Ed25519, type 0x04); in suite `sm` the same message is signed with SM2 under a
// type of our own (see signature-type.ts).
import { compareBytes, concat, i2osp, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { verifyOnce } from '@mixun/core/suite'
import { openCheckpoint, plainCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { COSIGNATURE_TYPES } from './signature-type.ts'
import { formatSignature, type NoteSignature, type NoteSigner, parseNote } from './signed-note.ts'
import { noteKeyId, type VerifierKey } from './verifier-key.ts'

const TIMESTAMP_BYTES = 8

/** A checkpoint whose note carries, besides the log's signature, the cosignature of one member. */
export interface CosignedCheckpoint extends SignedCheckpoint {
  /** When the member cosigned, POSIX seconds by its clock. */
  readonly cosignedAt: number
}

/** The key name a member of the log `origin` cosigns under. */
export function cosignerName(origin: string, partyId: string): string {
  return `${origin}/${partyId}`
}

/**
 * Cosigns: "as of this time, the largest consistent tree that I observed for this log has this root". Whoever calls it
 * has verified that, and has made durable that it cosigns this checkpoint.
 *
 * @param log key of the log's own signature, the only other line that is kept
 * @param seconds POSIX time
 * @returns the note with the log's line and the cosignature
 * @throws ERR_LEDGER_CHECKPOINT when the log did not sign the note
 */
export function cosignCheckpoint(
  log: VerifierKey,
  note: string,
  name: string,
  signer: NoteSigner,
  seconds: number,
): string {
  const plain = plainCheckpoint(log, note)
  const { text } = parseNote(plain)
  const { suite, signingKey } = signer
  const keyId = noteKeyId({ name, suite, publicKey: signingKey.publicKey }, COSIGNATURE_TYPES)
  const signature = concat(i2osp(seconds, TIMESTAMP_BYTES), signingKey.sign(cosignedMessage(text, seconds)))
  return `${plain}${formatSignature({ name, keyId, signature })}`
}

/**
 * Reads a checkpoint that the log signed and `cosigner` cosigned.
 *
 * @throws ERR_LEDGER_CHECKPOINT when the log did not sign, ERR_LEDGER_COSIGNATURE when `cosigner` did not
 */
export function openCosigned(log: VerifierKey, cosigner: VerifierKey, note: string): CosignedCheckpoint {
  const checkpoint = openCheckpoint(log, note)
  const { text, signatures } = parseNote(note)
  const line = signatures.find(each => isLineOf(each, cosigner))
  if (line?.signature.length !== TIMESTAMP_BYTES + cosigner.suite.signatureBytes) {
    return fail('ERR_LEDGER_COSIGNATURE', `expected a cosignature of ${cosigner.name}`)
  }
  const seconds = new DataView(Uint8Array.from(line.signature).buffer).getBigUint64(0)
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) {
    fail('ERR_LEDGER_COSIGNATURE', 'expected a POSIX timestamp')
  }
  const cosignedAt = Number(seconds)
  try {
    const signature = line.signature.subarray(TIMESTAMP_BYTES)
    verifyOnce(cosigner.suite, cosigner.publicKey, cosignedMessage(text, cosignedAt), signature)
  } catch (cause) {
    fail('ERR_LEDGER_COSIGNATURE', `expected a valid cosignature of ${cosigner.name}`, { cause })
  }
  return { ...checkpoint, cosignedAt }
}

/**
 * The cosigned checkpoint with the log's line and the cosigner's only: whoever brings a note can add lines to it.
 *
 * @throws the errors of {@link openCosigned}
 */
export function plainCosigned(log: VerifierKey, cosigner: VerifierKey, note: string): string {
  openCosigned(log, cosigner, note)
  const line = parseNote(note).signatures.find(each => isLineOf(each, cosigner))
  return `${plainCheckpoint(log, note)}${formatSignature(line as NoteSignature)}`
}

/** One note with the lines of several cosigned notes of the same checkpoint; lines are not verified here. */
export function mergeCosigned(notes: readonly string[]): string {
  const parsed = notes.map(parseNote)
  const lines = new Set(parsed.flatMap(({ signatures }) => signatures.map(formatSignature)))
  return `${parsed[0]?.text}\n${[...lines].join('')}`
}

/** Whether a signature line claims to be a cosignature under this key. */
export function isLineOf(line: NoteSignature, cosigner: VerifierKey): boolean {
  return line.name === cosigner.name && compareBytes(line.keyId, noteKeyId(cosigner, COSIGNATURE_TYPES)) === 0
}

function cosignedMessage(text: string, seconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
}
