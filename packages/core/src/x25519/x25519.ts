import { runtime } from '#runtime'
import { fail } from '../errors/index.ts'

/** Bytes of a secret and of a u-coordinate. */
export const X25519_BYTES = 32

/** X25519 under one secret. */
export type X25519 = (u: Uint8Array) => Uint8Array

/**
 * X25519 (RFC 7748 section 5): the u-coordinate of a point times a secret, both sides of the curve and its twist alike.
 *
 * @param secret 32 bytes, clamped as the RFC says
 * @returns takes canonical u-coordinates only, little-endian below 2^255 − 19, unless `anyInput` says otherwise, and
 * refuses points of small order, which every secret sends to zero. @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT
 */
export function x25519(secret: Uint8Array, options: { readonly anyInput?: boolean } = {}): X25519 {
  if (secret.length !== X25519_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a secret of ${X25519_BYTES} bytes, found ${secret.length}`)
  }
  const multiply = runtime.x25519(secret)
  return u => {
    if (u.length !== X25519_BYTES) {
      fail('ERR_DECODE_LENGTH', `X25519: expected a point of ${X25519_BYTES} bytes, found ${u.length}`)
    }
    if (options.anyInput !== true && !isCanonical(u)) {
      fail('ERR_DECODE_ELEMENT', 'X25519: expected a u-coordinate below 2^255 − 19')
    }
    return multiply(u) ?? fail('ERR_DECODE_ELEMENT', 'X25519: expected a point of large order')
  }
}

/** Whether u, little-endian, is below p = 2^255 − 19: p is ed, thirty times ff, 7f. Public values only. */
function isCanonical(u: Uint8Array): boolean {
  const last = u[31] as number
  if (last !== 0x7f) return last < 0x7f
  for (let i = 30; i > 0; i--) if (u[i] !== 0xff) return true
  return (u[0] as number) < 0xed
}
