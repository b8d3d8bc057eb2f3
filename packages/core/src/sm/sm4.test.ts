import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { sm3HkdfExpand, sm3Hmac } from './sm3.ts'
import { sm4Ctr, sm4EncryptBlocks } from './sm4.ts'
import { sm4OpenCtrHmac, sm4SealCtrHmac } from './sm4-ctr-hmac.ts'
import { sm4GcmOpen, sm4GcmSeal } from './sm4-gcm.ts'
import { vectors } from './test-vectors.ts'

describe('SM4', () => {
  it.each(vectors.sm4)('encrypts as GB/T 32907, $rounds rounds', ({ key, plaintext, rounds, ciphertext }) => {
    // CBC of zero blocks is the block cipher applied over and over to the initialisation vector.
    const cipher = createCipheriv('sm4-cbc', fromHex(key), fromHex(plaintext)).setAutoPadding(false)
    const last = cipher.update(new Uint8Array(16 * (rounds ?? 1))).subarray(-16)
    expect(last.toString('hex')).toBe(ciphertext)
  })

  it('is the block cipher of GB/T 32907', () => {
    const { key, plaintext, ciphertext } = vectors.sm4[0] as (typeof vectors.sm4)[number]
    expect(toHex(sm4EncryptBlocks(fromHex(key), fromHex(plaintext)))).toBe(ciphertext)
  })

  it('counts in counter mode as one integer of 128 bits', () => {
    const key = fromHex('0123456789abcdeffedcba9876543210')
    const last = new Uint8Array(16).fill(0xff)
    const stream = sm4EncryptBlocks(key, concat(last, new Uint8Array(16)))
    expect(toHex(sm4Ctr(key, last, new Uint8Array(32)))).toBe(toHex(stream))
  })

  it('refuses keys, counters and blocks of another length', () => {
    const [short, right, long] = [15, 16, 17].map(length => new Uint8Array(length)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    for (const wrong of [short, long]) {
      expectCode('ERR_INPUT_LENGTH', () => sm4Ctr(wrong, right, right))
      expectCode('ERR_INPUT_LENGTH', () => sm4Ctr(right, wrong, right))
      expectCode('ERR_INPUT_LENGTH', () => sm4EncryptBlocks(wrong, right))
      expectCode('ERR_INPUT_LENGTH', () => sm4EncryptBlocks(right, wrong))
    }
  })
})

describe('SM4-GCM', () => {
  it.each(vectors.sm4gcm)('is that of RFC 8998 appendix A.1', vector => {
    const [key, iv, aad, plaintext] = [vector.key, vector.iv, vector.aad, vector.plaintext].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const sealed = sm4GcmSeal(key, iv, plaintext, aad)
    expect(toHex(sealed)).toBe(vector.ciphertext + vector.tag)
    expect(toHex(sm4GcmOpen(key, iv, sealed, aad))).toBe(vector.plaintext)
  })
})

const modes = [
  { name: 'SM4-GCM', seal: sm4GcmSeal, open: sm4GcmOpen, keyBytes: 16, tagBytes: 16 },
  { name: 'SM4-CTR with HMAC-SM3', seal: sm4SealCtrHmac, open: sm4OpenCtrHmac, keyBytes: 32, tagBytes: 32 },
]

describe.each(modes)('$name', ({ seal, open, keyBytes, tagBytes }) => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const text = fc.uint8Array({ maxLength: 64 })

  it('opens only what was sealed, under the same key, nonce and associated data', () => {
    fc.assert(
      fc.property(
        bytes(keyBytes),
        bytes(12),
        text,
        text,
        fc.nat(),
        fc.nat(7),
        (key, nonce, plain, data, at, bit) => {
          const flip = (whole: Uint8Array) => {
            const index = at % whole.length
            return whole.with(index, (whole[index] as number) ^ (1 << bit))
          }
          const sealed = seal(key, nonce, plain, data)
          expect(sealed).toHaveLength(plain.length + tagBytes)
          expect(open(key, nonce, sealed, data)).toEqual(plain)
          expectCode('ERR_VERIFY_OPEN', () => open(key, nonce, flip(sealed), data))
          expectCode('ERR_VERIFY_OPEN', () => open(flip(key), nonce, sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => open(key, flip(nonce), sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => open(key, nonce, sealed, concat(data, Uint8Array.of(0))))
          expectCode('ERR_VERIFY_OPEN', () => open(key, nonce, concat(sealed, Uint8Array.of(0)), data))
        },
      ),
    )
  })

  it('tells the end of the associated data from the start of the ciphertext', () => {
    const [key, nonce, none] = [new Uint8Array(keyBytes), new Uint8Array(12), new Uint8Array(0)]
    const sealed = seal(key, nonce, new Uint8Array(32), none)
    const [head, rest] = [sealed.subarray(0, 16), sealed.subarray(16)]
    expectCode('ERR_VERIFY_OPEN', () => open(key, nonce, rest, head))
  })

  it('refuses a ciphertext shorter than its tag, and keys and nonces of another length', () => {
    const [key, nonce, none] = [new Uint8Array(keyBytes), new Uint8Array(12), new Uint8Array(0)]
    expectCode('ERR_DECODE_LENGTH', () => open(key, nonce, new Uint8Array(tagBytes - 1), none))
    for (const [k, n] of [
      [new Uint8Array(keyBytes - 1), nonce],
      [key, new Uint8Array(16)],
    ] as const) {
      expectCode('ERR_INPUT_LENGTH', () => seal(k, n, none, none))
      expectCode('ERR_INPUT_LENGTH', () => open(k, n, new Uint8Array(tagBytes), none))
    }
  })
})

describe('SM4-CTR with HMAC-SM3', () => {
  it('has the layout of its description', () => {
    const key = new Uint8Array(32).map((_, i) => i)
    const nonce = new Uint8Array(12).fill(9)
    const [plaintext, data] = [utf8('a plaintext of more than one block'), utf8('data')]
    const keys = sm3HkdfExpand(key, utf8('mixun-sm4-ctr-hmac-sm3-1'), 48)
    const counter = concat(nonce, new Uint8Array(4))
    const ciphertext = sm4Ctr(keys.subarray(0, 16), counter, plaintext)
    const lengths = fromHex(`${'0'.repeat(15)}4${'0'.repeat(14)}22`)
    const tag = sm3Hmac(keys.subarray(16), data, counter, ciphertext, lengths)
    expect(toHex(sm4SealCtrHmac(key, nonce, plaintext, data))).toBe(toHex(ciphertext) + toHex(tag))
  })

  it('gives the bytes that are on record', () => {
    const sealed = sm4SealCtrHmac(new Uint8Array(32), new Uint8Array(12), utf8('abc'), utf8('associated'))
    expect(toHex(sealed)).toBe('18eb56b52277a64050329f3ae1393069c5794c53ec6792a9fd10beccc3cb50fed34248')
  })
})
