import { describe, expect, it } from 'vitest'
import { expectCode, seededRandom } from '../testing/index.ts'
import { Sm2PrivateKey } from './private-key.ts'
import { signDigest, verifyDigest } from './signature.ts'
import {
  ANY_ARITHMETIC,
  arithmetics,
  bytes32,
  fixedRandom,
  integer,
  inverseN,
  modN,
  N,
} from './test-vectors.ts'

/** Above n. */
const digest = bytes32(2n ** 256n - 12345n)

describe.each(arithmetics)('the steps of SM2 signatures, $name', ({ arithmetic }) => {
  const random = seededRandom('sm2-signature-steps')
  const key = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
  const { publicKey } = key
  const d = integer(key.exportSecret())
  /** The x-coordinate of k·G. */
  const xOf = (k: bigint) =>
    integer(
      arithmetic.encodeAffine(arithmetic.multiplyBase(arithmetic.decodeScalar(bytes32(k)))).subarray(0, 32),
    )

  it('refuse a signature when s·G + t·P is infinity', () => {
    const r = 12345n
    const s = modN(-r * d * inverseN(1n + d))
    expect(modN(s + (r + s) * d)).toBe(0n)
    // e = r, so that an x-coordinate of 0 in place of none would be accepted.
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      verifyDigest(publicKey, bytes32(r), { r: bytes32(r), s: bytes32(s) }),
    )
  })

  it('refuse r + s = n, where any message would fit s·G', () => {
    const s = 12345n
    const r = N - s
    const unlucky = bytes32(modN(r - xOf(s)))
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      verifyDigest(publicKey, unlucky, { r: bytes32(r), s: bytes32(s) }),
    )
  })

  it('reduce digests of n and above', () => {
    const values = signDigest(key, digest, random)
    const reduced = bytes32(2n ** 256n - 12345n - N)
    for (const same of [digest, reduced]) {
      expect(() => verifyDigest(publicKey, same, values)).not.toThrow()
    }
  })

  it('draw k from 1 to n − 1, both ends included', () => {
    for (const k of [1n, N - 1n]) {
      const source = fixedRandom(0n, N, 2n ** 256n - 1n, k)
      const values = signDigest(key, digest, source)
      expect(source.left()).toBe(0)
      expect(integer(values.r)).toBe(modN(integer(digest) + xOf(k)))
      expect(integer(values.s)).toBe(modN(inverseN(1n + d) * (k - integer(values.r) * d)))
      verifyDigest(publicKey, digest, values)
    }
  })

  it.each([
    ['r = 0', (k: bigint) => -xOf(k)],
    ['r + k = n', (k: bigint) => -k - xOf(k)],
    ['s = 0', (k: bigint) => k * inverseN(d) - xOf(k)],
  ])('draw another k when %s', (_, digestOf) => {
    const [bad, good] = [987654321n, 123456789n]
    const unlucky = bytes32(modN(digestOf(bad)))
    const source = fixedRandom(bad, good)
    const values = signDigest(key, unlucky, source)
    expect(source.left()).toBe(0)
    expect(integer(values.r)).toBe(modN(integer(unlucky) + xOf(good)))
    verifyDigest(publicKey, unlucky, values)
  })
})
