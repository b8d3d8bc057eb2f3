import { fail } from '@mixun/core/errors'

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Decodes canonical standard base64 only. @throws ERR_LEDGER_CHECKPOINT */
export function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) fail('ERR_LEDGER_CHECKPOINT', 'expected canonical base64')
  return Uint8Array.from(bytes)
}
