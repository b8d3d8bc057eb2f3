// A signed note carries one signature line of the consortium's suite: Ed25519 (C2SP type 0x01), or SM2 over the same note
// text under the unassigned type 0xff ‖ `mixun.dev/sm2-sm3` (see signature-type.ts).
import { compareBytes, concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type SigningKey, type Suite, verifyOnce } from '@mixun/core/suite'
import { fromBase64, toBase64 } from './base64.ts'
import { noteKeyId, type VerifierKey } from './verifier-key.ts'

/** Largest note: it has to fit a hello. */
const MAX_NOTE_CHARS = 4_096

/** Most signatures of a note; C2SP asks for at least 16. */
const MAX_SIGNATURES = 16

/** A text signed by one or more keys (C2SP signed-note v1.0.0). The text ends in a newline. */
export interface SignedNote {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Who signs notes: an identity, or any other key with its suite. */
export interface NoteSigner {
  readonly suite: Suite
  readonly signingKey: SigningKey
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string
  /** 4 bytes */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Signs the text itself, without the purpose prefix of `signFor`, so that every C2SP verifier can read it. The prefix
 * holds NUL, which no note may: the two kinds of message never meet under one key.
 *
 * @param text ends in a newline
 * @returns the signed note, one signature line
 */
export function signNote(text: string, name: string, { suite, signingKey }: NoteSigner): string {
  const keyId = noteKeyId({ name, suite, publicKey: signingKey.publicKey })
  return `${text}\n${formatSignature({ name, keyId, signature: signingKey.sign(utf8(text)) })}`
}

/** A signature line, with its newline. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(concat(keyId, signature))}\n`
}

/** Takes a note apart; trusts nothing in it yet. @throws ERR_LEDGER_CHECKPOINT */
export function parseNote(note: string): SignedNote {
  if (note.length > MAX_NOTE_CHARS || hasControlCharacters(note) || !note.isWellFormed()) {
    fail('ERR_LEDGER_CHECKPOINT', `expected a note of at most ${MAX_NOTE_CHARS} characters, without controls`)
  }
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) {
    fail('ERR_LEDGER_CHECKPOINT', 'expected a text, a blank line and signature lines')
  }
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES)
    fail('ERR_LEDGER_CHECKPOINT', `expected at most ${MAX_SIGNATURES} signatures`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

/**
 * Takes a note apart and checks the signature of `key`; signatures of other keys are ignored.
 *
 * @returns the note's text
 * @throws ERR_LEDGER_CHECKPOINT when `key` did not sign, or its signature is wrong
 */
export function openNote(note: string, key: VerifierKey): string {
  const { text, signatures } = parseNote(note)
  const keyId = noteKeyId(key)
  const own = signatures.filter(line => line.name === key.name && compareBytes(line.keyId, keyId) === 0)
  if (own.length === 0) fail('ERR_LEDGER_CHECKPOINT', `expected a signature of ${key.name}`)
  for (const { signature } of own) {
    try {
      verifyOnce(key.suite, key.publicKey, utf8(text), signature)
    } catch (cause) {
      fail('ERR_LEDGER_CHECKPOINT', `expected a valid signature of ${key.name}`, { cause })
    }
  }
  return text
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
  const bytes = fromBase64(encoded)
  if (bytes.length < 5) fail('ERR_LEDGER_CHECKPOINT', 'expected signature lines of a signed note')
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** Any character below U+0020 but the newline. */
function hasControlCharacters(note: string): boolean {
  for (let i = 0; i < note.length; i++) {
    const unit = note.charCodeAt(i)
    if (unit < 0x20 && unit !== 0x0a) return true
  }
  return false
}
