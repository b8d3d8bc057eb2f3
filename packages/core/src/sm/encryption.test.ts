import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { encodeCiphertext } from './ciphertext-codec.ts'
import { sm2Decrypt, sm2Encrypt } from './encryption.ts'
import { sm2Kdf } from './kdf.ts'
import { Sm2PrivateKey } from './private-key.ts'
import { sm3 } from './sm3.ts'
import {
  ANY_ARITHMETIC,
  arithmetics,
  bytes32,
  fixedRandom,
  integer,
  N,
  P,
  privateKey,
  vectors,
} from './test-vectors.ts'

const raw = { form: 'raw' } as const
const message = utf8('encryption standard')

describe('the key derivation function of SM2', () => {
  it('counts from one, and cuts the last block', () => {
    const input = utf8('input')
    const blocks = concat(sm3(input, fromHex('00000001')), sm3(input, fromHex('00000002')))
    for (const length of [0, 1, 31, 32, 33, 64]) {
      expect(sm2Kdf(input, length)).toEqual(blocks.subarray(0, length))
    }
  })
})

describe.each(arithmetics)('SM2 encryption, $name', ({ arithmetic }) => {
  const random = seededRandom('sm2-encryption')
  const key = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
  const { publicKey } = key

  it.each(vectors.sm2encrypt)('is that of $source', vector => {
    const receiver = Sm2PrivateKey.decode(arithmetic, fromHex(vector.d), ANY_ARITHMETIC)
    const sealed = () => fixedRandom(BigInt(`0x${vector.k}`))
    const ciphertext = sm2Encrypt(receiver.publicKey, fromHex(vector.message), sealed(), raw)
    expect(toHex(ciphertext)).toBe(vector.c1 + vector.c3 + vector.c2)
    expect(toHex(sm2Decrypt(receiver, ciphertext, raw))).toBe(vector.message)
    const der = sm2Encrypt(receiver.publicKey, fromHex(vector.message), sealed())
    const [x, y] = [vector.c1.slice(2, 66), vector.c1.slice(66)]
    expect(toHex(der)).toBe(`307c0220${x}022100${y}0420${vector.c3}0413${vector.c2}`)
    expect(toHex(sm2Decrypt(receiver, der))).toBe(vector.message)
  })

  it('opens what it sealed, in both forms', () => {
    const texts = fc.uint8Array({ minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(texts, fc.constantFrom('der', 'raw'), (text, form) => {
        expect(sm2Decrypt(key, sm2Encrypt(publicKey, text, random, { form }), { form })).toEqual(text)
      }),
      { numRuns: 15 },
    )
    expect(toHex(sm2Encrypt(publicKey, message, random))).not.toBe(
      toHex(sm2Encrypt(publicKey, message, random)),
    )
  })

  it('refuses an empty message', () => {
    expectCode('ERR_INPUT_LENGTH', () => sm2Encrypt(publicKey, new Uint8Array(0), random))
  })

  it('draws another k while the key stream is zero, and refuses such a ciphertext', () => {
    const text = Uint8Array.of(0x5a)
    let unlucky = 1n
    for (let shared = publicKey.point; ; shared = arithmetic.add(shared, publicKey.point), unlucky++) {
      if (sm2Kdf(arithmetic.encodeAffine(shared), 1)[0] === 0) break
    }
    const lucky = unlucky + 1n
    const source = fixedRandom(unlucky, lucky)
    const ciphertext = sm2Encrypt(publicKey, text, source, raw)
    expect(source.left()).toBe(0)
    expect(toHex(ciphertext)).toBe(toHex(sm2Encrypt(publicKey, text, fixedRandom(lucky), raw)))
    // What a sender makes who does not look: the message itself as C2, and a hash that fits.
    const scalar = arithmetic.decodeScalar(bytes32(unlucky))
    const shared = arithmetic.encodeAffine(arithmetic.multiply(publicKey.point, scalar))
    const c1 = arithmetic.encodeAffine(arithmetic.multiplyBase(scalar))
    const c3 = sm3(shared.subarray(0, 32), text, shared.subarray(32))
    const careless = encodeCiphertext({ c1, c2: text, c3 }, 'raw')
    expectCode('ERR_VERIFY_CIPHERTEXT', () => sm2Decrypt(key, careless, raw))
  })

  it('draws k from 1 to n − 1, both ends included', () => {
    for (const k of [1n, N - 1n]) {
      const source = fixedRandom(0n, N, k)
      expect(sm2Decrypt(key, sm2Encrypt(publicKey, message, source, raw), raw)).toEqual(message)
      expect(source.left()).toBe(0)
    }
  })

  const ciphertext = sm2Encrypt(publicKey, message, random, raw)

  it('refuses a flipped C3 or C2, and another key', () => {
    const open = (bytes: Uint8Array) => () => sm2Decrypt(key, bytes, raw)
    for (const at of [65, 96, 97, ciphertext.length - 1]) {
      expectCode('ERR_VERIFY_CIPHERTEXT', open(ciphertext.with(at, (ciphertext[at] as number) ^ 1)))
    }
    expectCode('ERR_VERIFY_CIPHERTEXT', open(ciphertext.subarray(0, -1)))
    expectCode('ERR_VERIFY_CIPHERTEXT', open(concat(ciphertext, Uint8Array.of(0))))
    const other = privateKey(arithmetic, 1234567n)
    expectCode('ERR_VERIFY_CIPHERTEXT', () => sm2Decrypt(other, ciphertext, raw))
    // Another point of the curve: −C1.
    const negative = concat(
      ciphertext.subarray(0, 33),
      bytes32(P - integer(ciphertext.subarray(33, 65))),
      ciphertext.subarray(65),
    )
    expectCode('ERR_VERIFY_CIPHERTEXT', open(negative))
  })

  it('refuses a C1 off the curve, at infinity, not reduced or in another form, before the key is touched', () => {
    const untouched = Object.create(key, {
      multiply: {
        value: () => {
          throw new Error('the key was touched')
        },
      },
    }) as Sm2PrivateKey
    const rest = ciphertext.subarray(65)
    const [x, y] = [integer(ciphertext.subarray(1, 33)), integer(ciphertext.subarray(33, 65))]
    const point = (first: number, a: bigint, b: bigint) =>
      concat(Uint8Array.of(first), bytes32(a), bytes32(b), rest)
    for (const bytes of [
      point(4, x, y ^ 1n),
      point(4, y, x),
      point(4, 0n, 0n),
      point(4, P, y),
      point(4, x, 2n ** 256n - 1n),
      point(6, x, y),
      point(2, x, y),
      point(0, x, y),
    ]) {
      expectCode('ERR_DECODE_ELEMENT', () => sm2Decrypt(untouched, bytes, raw))
    }
    const parts = { c1: concat(bytes32(x), bytes32(y ^ 1n)), c2: rest.subarray(32), c3: rest.subarray(0, 32) }
    expectCode('ERR_DECODE_ELEMENT', () => sm2Decrypt(untouched, encodeCiphertext(parts, 'der')))
    expect(() => sm2Decrypt(untouched, ciphertext, raw)).toThrow('the key was touched')
  })

  it('refuses what is too short for a ciphertext', () => {
    for (const length of [0, 1, 65, 97]) {
      expectCode('ERR_DECODE_LENGTH', () => sm2Decrypt(key, ciphertext.subarray(0, length), raw))
    }
  })
})
