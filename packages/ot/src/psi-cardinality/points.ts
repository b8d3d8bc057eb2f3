import { utf8 } from '@mixun/core/bytes'
import { type Element, ristretto255 } from '@mixun/core/group'
import type { PsiCurve } from '../ecdh-psi/psi-curve.ts'

const DST = utf8('mixun-psi-cardinality-1')

/**
 * Items as points of ristretto255 (RFC 9496, hash_to_ristretto255 of RFC 9380). Not Curve25519 with Direct-Hash: there an
 * item lies on the curve or on its twist, and stays there whatever it is multiplied by. That would tell both sides a bit
 * of every item, and the receiver how many common items lie on either, which of a few items is which ones.
 */
export const itemPoints: Pick<PsiCurve, 'pointBytes' | 'generateKey'> = {
  pointBytes: ristretto255.elementBytes,
  generateKey(random) {
    const secret = ristretto255.randomScalar(random)
    const multiplied = (points: readonly Element[]) =>
      points.length === 0 ? [] : ristretto255.encodeElementBatch(ristretto255.multiplyBatch(points, secret))
    return {
      encryptItems: items => multiplied(items.map(item => ristretto255.hashToGroup(item, DST))),
      encryptPoints: points => multiplied(points.map(point => ristretto255.decodeElement(point))),
    }
  },
}
