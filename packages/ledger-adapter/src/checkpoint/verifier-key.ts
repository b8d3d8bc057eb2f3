import { concat, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { fromBase64, toBase64 } from './base64.ts'

/** Signature type of plain Ed25519 signatures over the note text. */
const ED25519 = Uint8Array.of(0x01)

/** A key that signs notes, with the name it signs under. */
export interface VerifierKey {
  readonly name: string
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

/**
 * The key id of C2SP signed-note: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
 *
 * @throws ERR_LEDGER_CHECKPOINT for a name with spaces, control characters or `+`, or a key of another length
 */
export function noteKeyId({ name, publicKey }: VerifierKey): Uint8Array {
  if (!isKeyName(name)) fail('ERR_LEDGER_CHECKPOINT', 'expected a key name without spaces and +')
  if (publicKey.length !== 32) fail('ERR_LEDGER_CHECKPOINT', 'expected an Ed25519 key of 32 bytes')
  return intl.hash(utf8(name), Uint8Array.of(0x0a), ED25519, publicKey).subarray(0, 4)
}

/** The verifier key in the form of sumdb and witness configurations: `name+hash+base64(0x01 ‖ key)`. */
export function encodeVerifierKey(key: VerifierKey): string {
  return `${key.name}+${toHex(noteKeyId(key))}+${toBase64(concat(ED25519, key.publicKey))}`
}

/** @throws ERR_LEDGER_CHECKPOINT when malformed, or the hash does not fit name and key */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', hash = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  const bytes = fromBase64(encoded)
  if (bytes[0] !== ED25519[0]) fail('ERR_LEDGER_CHECKPOINT', 'expected an Ed25519 verifier key')
  const key = { name, publicKey: bytes.subarray(1) }
  if (toHex(noteKeyId(key)) !== toHex(fromHex(hash))) {
    fail('ERR_LEDGER_CHECKPOINT', 'expected a verifier key whose hash fits its name and key')
  }
  return key
}

function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}]{1,255}$/u.test(name)
}
