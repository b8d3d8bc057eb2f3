import {
  createHasher,
  expand_message_xmd,
  mapToCurveSimpleSWU,
} from '@noble/curves/abstract/hash-to-curve.js'
import { type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Element } from './group.ts'
import { bigEndian, nobleGroup } from './noble-group.ts'
import type { Sm2Arithmetic } from './sm2-arithmetic.ts'
import { SM2_CURVE, SM2_SSWU_Z } from './sm2-curve.ts'
import { sm3ForNoble } from './sm3-for-noble.ts'

const AFFINE_BYTES = 64

const Point = weierstrass(SM2_CURVE)
const mapToCurve = mapToCurveSimpleSWU(Point.Fp, {
  A: SM2_CURVE.a,
  B: SM2_CURVE.b,
  Z: Point.Fp.create(SM2_SSWU_Z),
})
const hasher = createHasher(Point, ([u]) => mapToCurve(u as bigint), {
  DST: 'unused: hashToGroup names its own',
  p: SM2_CURVE.p,
  m: 1,
  k: 128,
  expand: 'xmd',
  hash: sm3ForNoble,
})

/**
 * The group of SM2 (GB/T 32918.5) with hashes in the manner of RFC 9497 section 4 and RFC 9380 section 8.2: simplified
 * SWU, random-oracle variant, Z = −9, expand_message_xmd over SM3, L = 48. Variable-time reference over @noble/curves.
 */
export const sm2Reference: Sm2Arithmetic = {
  ...nobleGroup({
    id: 'SM2',
    Point,
    hasher,
    elementBytes: 33,
    scalarBytes: 32,
    scalarEndian: 'big',
    // hash_to_field (RFC 9380 section 5.2) with L = 48 and the group order as modulus.
    hashToScalar: (message, dst) =>
      bigEndian(expand_message_xmd(message, dst, 48, sm3ForNoble)) % SM2_CURVE.n,
  }),
  id: 'SM2',
  encodeAffine(element) {
    const point = element as unknown as WeierstrassPoint<bigint>
    return point.is0() ? new Uint8Array(AFFINE_BYTES) : point.toBytes(false).slice(1)
  },
  decodeAffine(bytes) {
    if (bytes.length !== AFFINE_BYTES) {
      fail('ERR_DECODE_LENGTH', `SM2: expected ${AFFINE_BYTES} bytes of coordinates, found ${bytes.length}`)
    }
    try {
      // fromBytes checks that both coordinates are reduced and on the curve.
      return Point.fromBytes(concat(Uint8Array.of(4), bytes)) as unknown as Element
    } catch (cause) {
      return fail('ERR_DECODE_ELEMENT', 'SM2: expected the coordinates of a point of the curve', { cause })
    }
  },
}
