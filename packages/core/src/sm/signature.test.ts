import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { Sm2PrivateKey } from './private-key.ts'
import { sm2Sign, sm2Verify } from './signature.ts'
import { encodeSignature } from './signature-codec.ts'
import {
  ANY_ARITHMETIC,
  arithmetics,
  bytes32,
  fixedRandom,
  integer,
  N,
  privateKey,
  vectors,
} from './test-vectors.ts'
import { SM2_DEFAULT_USER_ID, sm2UserDigest } from './user-id.ts'

const message = utf8('message')
const raw = { form: 'raw' } as const

describe.each(arithmetics)('SM2 signatures, $name', ({ arithmetic }) => {
  const random = seededRandom('sm2-signatures')
  const key = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
  const { publicKey } = key

  it.each(vectors.sm2sign)('are those of $source', vector => {
    const signer = Sm2PrivateKey.decode(arithmetic, fromHex(vector.d), ANY_ARITHMETIC)
    const userId = utf8(vector.userId)
    expect(toHex(sm2UserDigest(signer.publicKey, userId))).toBe(vector.za)
    const fixed = fixedRandom(BigInt(`0x${vector.k}`))
    const signature = sm2Sign(signer, fromHex(vector.message), fixed, { userId, form: 'raw' })
    expect(toHex(signature)).toBe(vector.r + vector.s)
    sm2Verify(signer.publicKey, fromHex(vector.message), signature, { userId, form: 'raw' })
    const der = encodeSignature({ r: fromHex(vector.r), s: fromHex(vector.s) }, 'der')
    expect(toHex(der)).toBe(`3046022100${vector.r}022100${vector.s}`)
    sm2Verify(signer.publicKey, fromHex(vector.message), der)
  })

  it('verify in both forms, with short and long messages and user ids', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.uint8Array({ maxLength: 40 })),
        fc.constantFrom('der', 'raw'),
        (text, id, form) => {
          const options = id === null ? { form } : { form, userId: id }
          const signature = sm2Sign(key, text, random, options)
          sm2Verify(publicKey, text, signature, options)
          expectCode('ERR_VERIFY_SIGNATURE', () =>
            sm2Verify(publicKey, concat(text, Uint8Array.of(0)), signature, options),
          )
        },
      ),
      { numRuns: 20 },
    )
  })

  it('use the user id of GM/T 0009 unless another is named, and bind it', () => {
    const signature = sm2Sign(key, message, random)
    sm2Verify(publicKey, message, signature, { userId: utf8('1234567812345678') })
    expect(toHex(SM2_DEFAULT_USER_ID)).toBe('31323334353637383132333435363738')
    for (const userId of [utf8(''), utf8('1234567812345679'), utf8('123456781234567')]) {
      expectCode('ERR_VERIFY_SIGNATURE', () => sm2Verify(publicKey, message, signature, { userId }))
    }
    sm2Sign(key, message, random, { userId: new Uint8Array(8_191) })
    expectCode('ERR_INPUT_LENGTH', () => sm2Sign(key, message, random, { userId: new Uint8Array(8_192) }))
  })

  it('are refused when changed, of another key, or in another form than named', () => {
    const signature = sm2Sign(key, message, random, raw)
    for (let bit = 0; bit < 512; bit += 37) {
      const changed = signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7)))
      expectCode('ERR_VERIFY_SIGNATURE', () => sm2Verify(publicKey, message, changed, raw))
    }
    const other = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
    expectCode('ERR_VERIFY_SIGNATURE', () => sm2Verify(other.publicKey, message, signature, raw))
    expectCode('ERR_DECODE_DER', () => sm2Verify(publicKey, message, signature))
    expectCode('ERR_DECODE_LENGTH', () => sm2Verify(publicKey, message, sm2Sign(key, message, random), raw))
    expectCode('ERR_DECODE_LENGTH', () => sm2Verify(publicKey, message, signature.subarray(1), raw))
  })

  it('are refused with r or s of 0, n and above, which would be second forms of a signature', () => {
    // Small enough for r + n and s + n to fit 32 bytes, so that only the range check can refuse them.
    const [r, s] = [5n, 7n]
    const values = [
      [0n, s],
      [r, 0n],
      [N, s],
      [r, N],
      [r + N, s],
      [r, s + N],
      [0n, 0n],
      [2n ** 256n - 1n, s],
    ] as const
    for (const [badR, badS] of values) {
      const pair = { r: bytes32(badR), s: bytes32(badS) }
      for (const form of ['raw', 'der'] as const) {
        const encoded = encodeSignature(pair, form)
        expectCode('ERR_DECODE_SCALAR', () => sm2Verify(publicKey, message, encoded, { form }))
      }
    }
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      sm2Verify(publicKey, message, concat(bytes32(r), bytes32(s)), raw),
    )
  })

  it('are refused as r + n and s + n in DER, where 33 bytes fit', () => {
    const signature = sm2Sign(key, message, random, raw)
    const [r, s] = [integer(signature.subarray(0, 32)), integer(signature.subarray(32))]
    const integer33 = (value: bigint) => fromHex(value.toString(16).padStart(66, '0'))
    for (const [badR, badS] of [
      [r + N, s],
      [r, s + N],
    ] as const) {
      const encoded = encodeSignature({ r: integer33(badR), s: integer33(badS) }, 'der')
      expectCode('ERR_DECODE_SCALAR', () => sm2Verify(publicKey, message, encoded))
    }
  })

  it('are refused unless they are the one DER encoding', () => {
    // r below 2^255 and s above, so that one integer has a sign byte and the other must not.
    let parts: { r: Uint8Array; s: Uint8Array }
    do {
      const signature = sm2Sign(key, message, random, raw)
      parts = { r: signature.slice(0, 32), s: signature.slice(32) }
    } while ((parts.r[0] as number) >= 0x80 || (parts.r[0] as number) === 0 || (parts.s[0] as number) < 0x80)
    const [r, s] = [toHex(parts.r), toHex(parts.s)]
    const refuse = (hex: string) => () => sm2Verify(publicKey, message, fromHex(hex))
    sm2Verify(publicKey, message, fromHex(`30450220${r}022100${s}`))
    expectCode('ERR_DECODE_TRAILING', refuse(`30450220${r}022100${s}00`))
    expectCode('ERR_DECODE_TRAILING', refuse(`30470220${r}022100${s}0500`))
    expectCode('ERR_DECODE_TRAILING', refuse(`30480220${r}022100${s}020100`))
    expectCode('ERR_DECODE_DER', refuse(`3046022100${r}022100${s}`))
    expectCode('ERR_DECODE_DER', refuse(`30440220${r}0220${s}`))
    expectCode('ERR_DECODE_DER', refuse(`3081450220${r}022100${s}`))
    expectCode('ERR_DECODE_DER', refuse(`30800220${r}022100${s}0000`))
    expectCode('ERR_DECODE_DER', refuse(`31450220${r}022100${s}`))
    expectCode('ERR_DECODE_DER', refuse(`30450420${r}022100${s}`))
    expectCode('ERR_DECODE_DER', refuse(`3046028120${r}022100${s}`))
    expectCode('ERR_DECODE_LENGTH', refuse(`30450220${r}022100${s.slice(2)}`))
    expectCode('ERR_DECODE_LENGTH', refuse(`30220220${r}`))
    expectCode('ERR_DECODE_LENGTH', refuse(''))
  })

  it('are refused with r + s = n', () => {
    const [r, s] = [bytes32(12345n), bytes32(N - 12345n)]
    expectCode('ERR_VERIFY_SIGNATURE', () => sm2Verify(publicKey, message, concat(r, s), raw))
  })

  it('work with the smallest and the largest private key', () => {
    for (const value of [1n, 2n, N - 2n]) {
      const edge = privateKey(arithmetic, value)
      const signature = sm2Sign(edge, message, random)
      expect(() => sm2Verify(edge.publicKey, message, signature)).not.toThrow()
    }
  })
})
