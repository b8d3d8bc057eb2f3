import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { compareBytes, concat } from '../bytes/index.ts'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER

/**
 * RFC 8032 section 5.1.7 as OpenSSL does it. Noble's own `verify` multiplies by the cofactor and lets R be of small
 * order: it would accept signatures that Node refuses. Variable-time, over public values only.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32)
  const s = bytesToNumberLE(signature.subarray(32))
  const a = decodeLoosely(publicKey)
  if (s >= ORDER || a === null || a.isSmallOrder()) return false
  const k = bytesToNumberLE(sha512(concat(r, publicKey, message))) % ORDER
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k))
  return !expected.isSmallOrder() && compareBytes(expected.toBytes(), r) === 0
}

/** OpenSSL takes y above the prime and the sign of zero. Nobody knows a secret key of such a point that is not small. */
function decodeLoosely(publicKey: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(publicKey, true)
  } catch {
    return null
  }
}
