import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { ristretto255 as noble, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import type { Group } from './group.ts'
import { bigEndian, nobleGroup } from './noble-group.ts'

/** ristretto255 (RFC 9496) with the hashes of RFC 9497 section 4.1. Variable-time reference over @noble/curves. */
export const ristretto255Reference: Group = nobleGroup({
  id: 'ristretto255',
  Point: noble.Point,
  hasher: ristretto255_hasher,
  elementBytes: 32,
  scalarBytes: 32,
  scalarEndian: 'little',
  hashToScalar(message, dst) {
    // 64 uniform bytes read as a little-endian integer, reduced modulo the order.
    const uniform = expand_message_xmd(message, dst, 64, sha512)
    return bigEndian(Uint8Array.from(uniform).toReversed()) % noble.Point.Fn.ORDER
  },
})
