import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import { sm2 } from '../group/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import {
  decodeSm2PrivateKey,
  decodeSm2Spki,
  encodeSm2PrivateKey,
  encodeSm2Spki,
  Sm2PrivateKey,
  sm2Decrypt,
  sm2Encrypt,
  sm2Sign,
  sm2Verify,
  sm3,
  sm3HkdfExpand,
  sm3Hmac,
  sm4Ctr,
} from './index.ts'
import { sm4EncryptBlocks } from './sm4.ts'
import { openssl, opensslMissing } from './test-openssl.ts'

const missing = opensslMissing()
const none = new Uint8Array(0)
const lengths = [0, 1, 16, 31, 32, 33, 200]
const DISTID = 'distid:1234567812345678'

describe.skipIf(missing !== null)(`the openssl command${missing === null ? '' : `: ${missing}`}`, () => {
  const random = seededRandom('interop-openssl')
  const key = Sm2PrivateKey.generate(sm2, random)
  const files = {
    'key.der': encodeSm2PrivateKey(key, 'pkcs8'),
    'public.der': encodeSm2Spki(key.publicKey),
  }
  const run = (commandLine: string, input: Uint8Array, more: Record<string, Uint8Array> = {}) =>
    openssl(commandLine, input, { ...files, ...more }) as Uint8Array
  const verifies = (message: Uint8Array, signature: Uint8Array, distid = DISTID) =>
    openssl(
      `pkeyutl -verify -pubin -keyform DER -inkey public.der -rawin -digest sm3 -in m -sigfile s -pkeyopt ${distid}`,
      none,
      { ...files, m: message, s: signature },
    ) !== null

  it('hashes and authenticates alike', () => {
    for (const length of lengths) {
      const message = random.bytes(length)
      expect(toHex(run('dgst -sm3 -binary', message))).toBe(toHex(sm3(message)))
      const macKey = random.bytes(length + 1)
      const mac = run(`dgst -sm3 -mac HMAC -macopt hexkey:${toHex(macKey)} -binary`, message)
      expect(toHex(mac)).toBe(toHex(sm3Hmac(macKey, message)))
    }
  })

  it('expands keys alike', () => {
    for (const length of [1, 32, 48, 100]) {
      const [prk, info] = [random.bytes(32), random.bytes(20)]
      const options = `-kdfopt digest:SM3 -kdfopt mode:EXPAND_ONLY -kdfopt hexkey:${toHex(prk)}`
      const expanded = run(
        `kdf -keylen ${length} -binary ${options} -kdfopt hexinfo:${toHex(info)} HKDF`,
        none,
      )
      expect(toHex(expanded)).toBe(toHex(sm3HkdfExpand(prk, info, length)))
    }
  })

  it('encrypts by SM4 alike, in counter mode and in chains of blocks', () => {
    for (const length of lengths) {
      const [symmetric, iv, plaintext] = [random.bytes(16), random.bytes(16), random.bytes(length)]
      const options = `-K ${toHex(symmetric)} -iv ${toHex(iv)}`
      const ciphertext = sm4Ctr(symmetric, iv, plaintext)
      expect(toHex(run(`enc -sm4-ctr ${options}`, plaintext))).toBe(toHex(ciphertext))
      expect(toHex(run(`enc -d -sm4-ctr ${options}`, ciphertext))).toBe(toHex(plaintext))
    }
    const [symmetric, iv, plaintext] = [random.bytes(16), random.bytes(16), random.bytes(48)]
    let block = iv
    const chained = [0, 16, 32].map(at => {
      const mixed = plaintext.slice(at, at + 16).map((byte, i) => byte ^ (block[i] as number))
      block = sm4EncryptBlocks(symmetric, mixed)
      return block
    })
    const options = `-K ${toHex(symmetric)} -iv ${toHex(iv)}`
    expect(toHex(run(`enc -sm4-cbc -nopad ${options}`, plaintext))).toBe(toHex(concat(...chained)))
  })

  it('verifies what we sign, under the same user id only', () => {
    for (const length of lengths) {
      const message = random.bytes(length)
      const signature = sm2Sign(key, message, random)
      expect(verifies(message, signature)).toBe(true)
      expect(verifies(message, signature, 'distid:1234567812345679')).toBe(false)
      expect(verifies(concat(message, Uint8Array.of(0)), signature)).toBe(false)
    }
    const named = sm2Sign(key, utf8('m'), random, { userId: utf8('ALICE123@YAHOO.COM') })
    expect(verifies(utf8('m'), named, 'distid:ALICE123@YAHOO.COM')).toBe(true)
  })

  it('signs what we verify, under the same user id only', () => {
    for (const length of lengths) {
      const m = random.bytes(length)
      const signature = run(
        `pkeyutl -sign -keyform DER -inkey key.der -rawin -digest sm3 -in m -pkeyopt ${DISTID}`,
        none,
        { m },
      )
      expect(() => sm2Verify(key.publicKey, m, signature)).not.toThrow()
      expectCode('ERR_VERIFY_SIGNATURE', () => sm2Verify(key.publicKey, m, signature, { userId: utf8('x') }))
    }
  })

  it('decrypts what we encrypt, and encrypts what we decrypt', () => {
    for (const length of [16, 31, 32, 33, 200]) {
      const message = random.bytes(length)
      const decrypted = run(
        'pkeyutl -decrypt -keyform DER -inkey key.der',
        sm2Encrypt(key.publicKey, message, random),
      )
      expect(toHex(decrypted)).toBe(toHex(message))
      const encrypted = run('pkeyutl -encrypt -pubin -keyform DER -inkey public.der', message)
      expect(toHex(sm2Decrypt(key, encrypted))).toBe(toHex(message))
      const flipped = encrypted.with(encrypted.length - 1, (encrypted.at(-1) as number) ^ 1)
      expectCode('ERR_VERIFY_CIPHERTEXT', () => sm2Decrypt(key, flipped))
    }
  })

  it('reads and writes the same key files', () => {
    const sec1 = encodeSm2PrivateKey(key, 'sec1')
    expect(toHex(run('pkey -inform DER -in key.der -pubout -outform DER', none))).toBe(
      toHex(files['public.der']),
    )
    expect(toHex(run('ec -inform DER -in sec1.der -pubout -outform DER', none, { 'sec1.der': sec1 }))).toBe(
      toHex(files['public.der']),
    )
    const generated = run('genpkey -algorithm SM2 -outform DER', none)
    const pkcs8 = run('pkcs8 -topk8 -nocrypt -inform DER -outform DER', generated)
    const imported = decodeSm2PrivateKey(sm2, pkcs8, 'pkcs8')
    const asSec1 = run('ec -inform DER -outform DER', generated)
    expect(toHex(decodeSm2PrivateKey(sm2, asSec1, 'sec1').exportSecret())).toBe(
      toHex(imported.exportSecret()),
    )
    const spki = run('pkey -inform DER -pubout -outform DER', generated)
    expect(decodeSm2Spki(sm2, spki).equals(imported.publicKey)).toBe(true)
    expect(fromHex(toHex(spki))).toEqual(encodeSm2Spki(imported.publicKey))
  })
})
