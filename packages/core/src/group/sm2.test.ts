import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { SM2_CURVE, SM2_SSWU_Z, sm2 } from './index.ts'
import { findSswuZ, type PrimeCurve } from './test-sswu-search.ts'

describe('the search of RFC 9380 appendix H.2', () => {
  // RFC 9380 sections 8.2 and 8.3: the constants it gives for curves of its own.
  it.each<[string, PrimeCurve, bigint]>([
    [
      'P-256',
      {
        p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
        a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
        b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
      },
      -10n,
    ],
    [
      'P-384',
      {
        p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
        a: -3n,
        b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
      },
      -12n,
    ],
  ])('finds the Z of %s', (_, curve, z) => {
    expect(findSswuZ(curve)).toBe(z)
  })

  it('finds −9 for SM2', () => {
    expect(findSswuZ(SM2_CURVE)).toBe(-9n)
    expect(SM2_SSWU_Z).toBe(-9n)
  })
})

describe('the curve of SM2', () => {
  it('has its base point on it, and the order n', () => {
    const { p, a, b, Gx, Gy } = SM2_CURVE
    expect((Gy * Gy - (Gx ** 3n + a * Gx + b)) % p).toBe(0n)
    expect(toHex(sm2.encodeAffine(sm2.generator()))).toBe(Gx.toString(16) + Gy.toString(16))
  })

  it('refuses the uncompressed and hybrid forms of an element', () => {
    const affine = toHex(sm2.encodeAffine(sm2.generator()))
    for (const first of ['04', '06', '07']) {
      expectCode('ERR_DECODE_LENGTH', () => sm2.decodeElement(fromHex(first + affine)))
      expectCode('ERR_DECODE_ELEMENT', () => sm2.decodeElement(fromHex(first + affine.slice(0, 64))))
    }
  })
})
