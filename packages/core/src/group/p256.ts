import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { p256 as noble, p256_hasher } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Group } from './group.ts'
import { bigEndian, nobleGroup } from './noble-group.ts'

/** P-256 with the hashes of RFC 9497 section 4.3. Variable-time reference over @noble/curves. */
export const p256: Group = nobleGroup({
  id: 'P256',
  Point: noble.Point,
  hasher: p256_hasher,
  elementBytes: 33,
  scalarBytes: 32,
  scalarEndian: 'big',
  // hash_to_field (RFC 9380 section 5.2) with L = 48 and the group order as modulus.
  hashToScalar: (message, dst) =>
    bigEndian(expand_message_xmd(message, dst, 48, sha256)) % noble.Point.Fn.ORDER,
})
