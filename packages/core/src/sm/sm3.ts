import { type RunningHash, runtime } from '#runtime'
import { hkdfExpand } from '../suite/hkdf.ts'

/** Bytes of an SM3 digest. */
export const SM3_BYTES = 32

/** Bytes of SM3's input block. */
export const SM3_BLOCK_BYTES = 64

/** SM3 (GB/T 32905-2016) of the concatenated parts. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  return runtime.sm3(...parts)
}

/** {@link sm3} of what comes in pieces; `digest` is called once. */
export function startSm3(): RunningHash {
  return runtime.startHash('sm3')
}

/** HMAC (RFC 2104) over SM3 of the concatenated parts: 32 bytes. */
export function sm3Hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return runtime.hmacSm3(key, ...parts)
}

/** HKDF-Expand (RFC 5869 section 2.3) over SM3. @throws ERR_INPUT_RANGE above 8,160 bytes */
export function sm3HkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(sm3Hmac, prk, info, length)
}
