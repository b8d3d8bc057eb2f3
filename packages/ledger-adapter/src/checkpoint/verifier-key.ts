// Keys of signed notes in both suites: `intl` signs with Ed25519, as every C2SP log does, and `sm` with SM2 under the
// signature type 0xff ‖ `mixun.dev/sm2-sm3` (see signature-type.ts). Key ids are C2SP's in both, SHA-256 included: they
// tell keys apart and prove nothing.
import { compareBytes, concat, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { intl, type Suite, sm } from '@mixun/core/suite'
import { fromBase64, toBase64 } from './base64.ts'
import { SIGNATURE_TYPES, type SignatureTypes } from './signature-type.ts'

/** A key that signs notes, with the name it signs under. */
export interface VerifierKey {
  readonly name: string
  /** Whose signatures the key makes. */
  readonly suite: Suite
  /** Ed25519, 32 bytes, or in suite `sm` a compressed SM2 point, 33 bytes. */
  readonly publicKey: Uint8Array
}

/**
 * The key id of C2SP signed-note: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ signature type ‖ public key).
 *
 * @param types those of checkpoints, unless told
 * @throws ERR_LEDGER_CHECKPOINT for a name with spaces, control characters or `+`, or a key of another length
 */
export function noteKeyId(
  { name, suite, publicKey }: VerifierKey,
  types: SignatureTypes = SIGNATURE_TYPES,
): Uint8Array {
  if (!isKeyName(name)) fail('ERR_LEDGER_CHECKPOINT', 'expected a key name without spaces and +')
  if (publicKey.length !== suite.publicKeyBytes) {
    fail('ERR_LEDGER_CHECKPOINT', `expected a key of suite ${suite.id}, ${suite.publicKeyBytes} bytes`)
  }
  // SHA-256 in every suite: the key id is part of the note format.
  return intl.hash(utf8(name), Uint8Array.of(0x0a), types[suite.id], publicKey).subarray(0, 4)
}

/** The verifier key in the form of sumdb and witness configurations: `name+hash+base64(signature type ‖ key)`. */
export function encodeVerifierKey(key: VerifierKey): string {
  const typed = concat(SIGNATURE_TYPES[key.suite.id], key.publicKey)
  return `${key.name}+${toHex(noteKeyId(key))}+${toBase64(typed)}`
}

/** @throws ERR_LEDGER_CHECKPOINT when malformed, of an unknown type, or the hash does not fit name and key */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', hash = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = fromBase64(encoded)
  const suite = [intl, sm].find(({ id }) => startsWith(bytes, SIGNATURE_TYPES[id]))
  if (suite === undefined) {
    return fail('ERR_LEDGER_CHECKPOINT', 'expected a verifier key of Ed25519 or mixun.dev/sm2-sm3')
  }
  const key = { name, suite, publicKey: bytes.subarray(SIGNATURE_TYPES[suite.id].length) }
  if (toHex(noteKeyId(key)) !== toHex(fromHex(hash))) {
    fail('ERR_LEDGER_CHECKPOINT', 'expected a verifier key whose hash fits its name and key')
  }
  return key
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return compareBytes(bytes.subarray(0, start.length), start) === 0
}

function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}]{1,255}$/u.test(name)
}
