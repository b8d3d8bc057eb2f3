import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { hkdfExpand } from '../suite/hkdf.ts'

/** Bytes of an SM3 digest. */
export const SM3_BYTES = 32

/** Bytes of SM3's input block. */
export const SM3_BLOCK_BYTES = 64

/** SM3 (GB/T 32905-2016) of the concatenated parts. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sm3')
  for (const part of parts) hash.update(part)
  return Uint8Array.from(hash.digest())
}

/** HMAC (RFC 2104) over SM3 of the concatenated parts: 32 bytes. */
export function sm3Hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  // Node takes several times longer over raw bytes than over a key object made of them.
  const hmac = createHmac('sm3', createSecretKey(key))
  for (const part of parts) hmac.update(part)
  return Uint8Array.from(hmac.digest())
}

/** HKDF-Expand (RFC 5869 section 2.3) over SM3. @throws ERR_INPUT_RANGE above 8,160 bytes */
export function sm3HkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(sm3Hmac, prk, info, length)
}
