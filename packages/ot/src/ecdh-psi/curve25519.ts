import { wipe } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { X25519_BYTES, x25519 } from '@mixun/core/x25519'
import type { PsiCurve } from './psi-curve.ts'

/**
 * Curve25519 with SHA-256 and Direct-Hash (PPCA 9—2023, section 6.2.2 b): the hash is the u-coordinate of a point of the
 * curve or of its twist, and X25519 multiplies. Every multiple is of large order in its subgroup.
 */
export const curve25519: PsiCurve = {
  pointBytes: X25519_BYTES,
  generateKey(random) {
    const secret = random.bytes(X25519_BYTES)
    // A hash is any 32 bytes; what a peer sends came out of X25519 and is canonical.
    const ofHash = x25519(secret, { anyInput: true })
    const ofPoint = x25519(secret)
    wipe(secret)
    return {
      encryptItems: items => items.map(item => ofHash(intl.hash(item))),
      encryptPoints: points => points.map(ofPoint),
    }
  },
  // Little-endian: the lowest bytes come first.
  truncate: (point, bytes) => point.subarray(0, bytes),
}
