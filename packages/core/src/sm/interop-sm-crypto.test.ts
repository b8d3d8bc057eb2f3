import { createRequire } from 'node:module'
import * as v2 from 'sm-crypto-v2'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { sm2 } from '../group/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import {
  Sm2PrivateKey,
  Sm2PublicKey,
  sm2Agree,
  sm2Decrypt,
  sm2Encrypt,
  sm2Sign,
  sm2Verify,
  sm3,
  sm3HkdfExpand,
  sm3Hmac,
  sm4GcmOpen,
  sm4GcmSeal,
} from './index.ts'
import { sm4EncryptBlocks } from './sm4.ts'

interface SignatureOptions {
  readonly hash: true
  readonly der: boolean
  readonly userId: string
  readonly publicKey?: string
}

/** What both packages share; sm-crypto has no types of its own. Keys, signatures and ciphertexts are hex. */
interface SmCrypto {
  readonly sm2: {
    generateKeyPairHex(): { readonly privateKey: string; readonly publicKey: string }
    doSignature(message: Uint8Array, privateKey: string, options: SignatureOptions): string
    doVerifySignature(
      message: Uint8Array,
      signature: string,
      publicKey: string,
      options: SignatureOptions,
    ): boolean
    doEncrypt(message: Uint8Array, publicKey: string, cipherMode: 1): string
    doDecrypt(
      ciphertext: string,
      privateKey: string,
      cipherMode: 1,
      options: { output: 'array' },
    ): ArrayLike<number>
  }
  sm3(message: Uint8Array, options?: { key: string; mode: 'hmac' }): string
  readonly sm4: {
    encrypt(block: Uint8Array, key: string, options: { padding: 'none' }): string
    decrypt(block: Uint8Array, key: string, options: { padding: 'none' }): string
  }
}

const v1 = createRequire(import.meta.url)('sm-crypto') as SmCrypto
const lengths = [1, 31, 32, 33, 64, 200]

describe.each([
  { name: 'sm-crypto', theirs: v1 },
  { name: 'sm-crypto-v2', theirs: v2 as unknown as SmCrypto },
])('$name', ({ name, theirs }) => {
  const random = seededRandom(`interop-${name}`)
  const pair = theirs.sm2.generateKeyPairHex()
  const key = Sm2PrivateKey.decode(sm2, fromHex(pair.privateKey.padStart(64, '0')))
  const { publicKey } = key

  it('derives the same public key', () => {
    expect(toHex(publicKey.encode('uncompressed'))).toBe(pair.publicKey)
  })

  it('hashes and authenticates alike', () => {
    for (const length of [0, ...lengths]) {
      const message = random.bytes(length)
      expect(theirs.sm3(message)).toBe(toHex(sm3(message)))
      const macKey = random.bytes(32)
      expect(theirs.sm3(message, { key: toHex(macKey), mode: 'hmac' })).toBe(toHex(sm3Hmac(macKey, message)))
    }
  })

  it('encrypts blocks by SM4 alike', () => {
    for (let i = 0; i < 20; i++) {
      const [symmetric, block] = [random.bytes(16), random.bytes(16)]
      const encrypted = sm4EncryptBlocks(symmetric, block)
      const none = { padding: 'none' } as const
      expect(theirs.sm4.encrypt(block, toHex(symmetric), none)).toBe(toHex(encrypted))
    }
  })

  it.each([
    ['der', '1234567812345678'],
    ['raw', '1234567812345678'],
    ['der', 'ALICE123@YAHOO.COM'],
  ] as const)('exchanges signatures in form %s, of user %s', (form, userId) => {
    const options: SignatureOptions = { hash: true, der: form === 'der', userId }
    for (const length of lengths) {
      const message = random.bytes(length)
      const signature = sm2Sign(key, message, random, { form, userId: utf8(userId) })
      expect(theirs.sm2.doVerifySignature(message, toHex(signature), pair.publicKey, options)).toBe(true)
      const other = { ...options, userId: 'somebody else' }
      expect(theirs.sm2.doVerifySignature(message, toHex(signature), pair.publicKey, other)).toBe(false)
      const signed = theirs.sm2.doSignature(message, pair.privateKey, {
        ...options,
        publicKey: pair.publicKey,
      })
      const received = { form, userId: utf8(userId) } as const
      expect(() => sm2Verify(publicKey, message, fromHex(signed), received)).not.toThrow()
      expectCode('ERR_VERIFY_SIGNATURE', () =>
        sm2Verify(publicKey, message, fromHex(signed), { form, userId: utf8('somebody else') }),
      )
    }
  })

  it('exchanges ciphertexts', () => {
    for (const length of [16, 31, 32, 33, 200]) {
      const message = random.bytes(length)
      // They leave the first byte of C1 out.
      const ours = toHex(sm2Encrypt(publicKey, message, random, { form: 'raw' })).slice(2)
      const opened = theirs.sm2.doDecrypt(ours, pair.privateKey, 1, { output: 'array' })
      expect(toHex(Uint8Array.from(opened))).toBe(toHex(message))
      const sealed = `04${theirs.sm2.doEncrypt(message, pair.publicKey, 1)}`
      expect(toHex(sm2Decrypt(key, fromHex(sealed), { form: 'raw' }))).toBe(toHex(message))
    }
  })
})

describe('sm-crypto-v2 alone', () => {
  const random = seededRandom('interop-v2')

  it('exchanges ciphertexts of GM/T 0009', () => {
    const key = Sm2PrivateKey.generate(sm2, random)
    const publicKey = toHex(key.publicKey.encode('uncompressed'))
    for (const length of [16, 33, 200]) {
      const message = random.bytes(length)
      const ours = toHex(sm2Encrypt(key.publicKey, message, random))
      const options = { output: 'array', asn1: true } as const
      expect(toHex(v2.sm2.doDecrypt(ours, toHex(key.exportSecret()), 1, options))).toBe(toHex(message))
      const sealed = v2.sm2.doEncrypt(message, publicKey, 1, { asn1: true })
      expect(toHex(sm2Decrypt(key, fromHex(sealed)))).toBe(toHex(message))
    }
  })

  it('agrees on the same keys', () => {
    const [a, eA, b, eB] = [0, 1, 2, 3].map(() => Sm2PrivateKey.generate(sm2, random)) as [
      Sm2PrivateKey,
      Sm2PrivateKey,
      Sm2PrivateKey,
      Sm2PrivateKey,
    ]
    const hexOf = (key: Sm2PrivateKey) => ({
      privateKey: toHex(key.exportSecret()),
      publicKey: toHex(key.publicKey.encode('uncompressed')),
    })
    const theirB = v2.sm2.calculateSharedKey(
      hexOf(b),
      hexOf(eB),
      hexOf(a).publicKey,
      hexOf(eA).publicKey,
      48,
      true,
    )
    const ours = sm2Agree({
      role: 'initiator',
      key: a,
      ephemeralKey: eA,
      peer: { publicKey: b.publicKey, ephemeralKey: eB.publicKey },
      keyBytes: 48,
    })
    expect(toHex(ours.key)).toBe(toHex(theirB))
  })

  it('expands keys and seals by SM4-GCM alike', () => {
    const [salt, input, info] = [random.bytes(32), random.bytes(32), random.bytes(10)]
    expect(toHex(v2.hkdf(input, salt, info, 80))).toBe(toHex(sm3HkdfExpand(sm3Hmac(salt, input), info, 80)))
    for (const length of [0, 1, 15, 16, 17, 100]) {
      const [key, iv, plaintext, associatedData] = [16, 12, length, 20].map(n => random.bytes(n)) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ]
      const options = { mode: 'gcm', iv, associatedData, output: 'array', outputTag: true } as const
      const { output, tag } = v2.sm4.encrypt(plaintext, key, options)
      const sealed = concat(output, tag ?? new Uint8Array(0))
      expect(toHex(sm4GcmSeal(key, iv, plaintext, associatedData))).toBe(toHex(sealed))
      expect(toHex(sm4GcmOpen(key, iv, sealed, associatedData))).toBe(toHex(plaintext))
    }
  })

  it('takes a signature with bytes after its end, which we refuse', () => {
    const key = Sm2PrivateKey.generate(sm2, random)
    const signature = concat(sm2Sign(key, utf8('m'), random), Uint8Array.of(0xde, 0xad))
    const publicKey = key.publicKey.encode('uncompressed')
    const options = { hash: true, der: true }
    expect(v2.sm2.doVerifySignature(utf8('m'), toHex(signature), toHex(publicKey), options)).toBe(true)
    expectCode('ERR_DECODE_TRAILING', () =>
      sm2Verify(Sm2PublicKey.decode(sm2, publicKey), utf8('m'), signature),
    )
  })
})
