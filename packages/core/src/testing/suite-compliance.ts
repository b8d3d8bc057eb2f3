import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, toHex, utf8, wipe } from '../bytes/index.ts'
import { signFor, suiteById, type Suite, verifyFor } from '../suite/index.ts'
import { expectCode } from './expect-code.ts'
import { seededRandom } from './seeded-random.ts'

/** What every {@link Suite} does. Run it in a test file of the implementation, under vitest. */
export function suiteCompliance(suite: Suite): void {
  describe(`suite ${suite.id}`, () => {
    const random = seededRandom(`suite-${suite.id}`)
    const key = suite.generateSigningKey(random)
    const other = suite.generateSigningKey(random)
    const message = utf8('message')

    it('is found by its id', () => {
      expect(suiteById(suite.id).id).toBe(suite.id)
    })

    it('has the lengths that it names', () => {
      expect(suite.hash()).toHaveLength(suite.hashBytes)
      expect(suite.hmac(utf8('key'), message)).toHaveLength(suite.hashBytes)
      expect(suite.hkdfExtract(utf8('salt'), message)).toHaveLength(suite.hashBytes)
      expect(key.publicKey).toHaveLength(suite.publicKeyBytes)
      expect(key.sign(message)).toHaveLength(suite.signatureBytes)
      expect(suite.generateSigningSecret(random)).toHaveLength(32)
    })

    it('hashes parts as one message, all at once and one after the other, with the hash that it names', () => {
      const whole = suite.hash(utf8('abc'))
      const parts = [utf8('a'), new Uint8Array(0), utf8('bc')]
      expect(suite.hash(...parts)).toEqual(whole)
      const running = suite.startHash()
      for (const part of parts) running.update(part)
      expect(running.digest()).toEqual(whole)
      const ofOpenssl = createHash(suite.hashName.replace('-', '')).update('abc').digest()
      expect(whole).toEqual(Uint8Array.from(ofOpenssl))
    })

    it('extracts as HMAC and expands as RFC 5869', () => {
      const prk = suite.hkdfExtract(utf8('salt'), utf8('input'))
      expect(prk).toEqual(suite.hmac(utf8('salt'), utf8('input')))
      const first = suite.hmac(prk, concat(message, Uint8Array.of(1)))
      const second = suite.hmac(prk, concat(first, message, Uint8Array.of(2)))
      expect(suite.hkdfExpand(prk, message, 50)).toEqual(concat(first, second).subarray(0, 50))
      const limit = 255 * suite.hashBytes
      expect(suite.hkdfExpand(prk, message, limit)).toHaveLength(limit)
      expectCode('ERR_INPUT_RANGE', () => suite.hkdfExpand(prk, message, limit + 1))
    })

    it('opens only what was sealed, under the same key, nonce and associated data', () => {
      const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
      const text = fc.uint8Array({ maxLength: 64 })
      const keys = bytes(suite.aeadKeyBytes)
      const nonces = bytes(suite.aeadNonceBytes)
      fc.assert(
        fc.property(keys, nonces, text, text, fc.nat(), (k, nonce, plain, data, bit) => {
          const flip = (whole: Uint8Array) => {
            const index = (bit >> 3) % whole.length
            return whole.with(index, (whole[index] as number) ^ (1 << (bit & 7)))
          }
          const sealed = suite.seal(k, nonce, plain, data)
          expect(sealed).toHaveLength(plain.length + suite.aeadOverheadBytes)
          expect(suite.open(k, nonce, sealed, data)).toEqual(plain)
          const longer = (whole: Uint8Array) => concat(whole, Uint8Array.of(0))
          expectCode('ERR_VERIFY_OPEN', () => suite.open(k, nonce, flip(sealed), data))
          expectCode('ERR_VERIFY_OPEN', () => suite.open(flip(k), nonce, sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => suite.open(k, flip(nonce), sealed, data))
          expectCode('ERR_VERIFY_OPEN', () => suite.open(k, nonce, sealed, longer(data)))
          expectCode('ERR_VERIFY_OPEN', () => suite.open(k, nonce, longer(sealed), data))
        }),
        { numRuns: 50 },
      )
    })

    it('refuses a ciphertext shorter than its tag, and keys and nonces of another length', () => {
      const none = new Uint8Array(0)
      const [k, nonce] = [new Uint8Array(suite.aeadKeyBytes), new Uint8Array(suite.aeadNonceBytes)]
      const tag = new Uint8Array(suite.aeadOverheadBytes)
      expectCode('ERR_DECODE_LENGTH', () => suite.open(k, nonce, tag.subarray(1), none))
      for (const [wrongKey, wrongNonce] of [
        [k.subarray(1), nonce],
        [k, nonce.subarray(1)],
        [concat(k, Uint8Array.of(0)), nonce],
        [k, concat(nonce, Uint8Array.of(0))],
      ] as const) {
        expectCode('ERR_INPUT_LENGTH', () => suite.seal(wrongKey, wrongNonce, none, none))
        expectCode('ERR_INPUT_LENGTH', () => suite.open(wrongKey, wrongNonce, tag, none))
      }
    })

    it('restores a signing key from its secret, and refuses one of another length', () => {
      const secret = suite.generateSigningSecret(random)
      const { publicKey } = suite.importSigningKey(secret)
      const restored = suite.importSigningKey(secret)
      wipe(secret)
      expect(() => suite.verify(publicKey, message, restored.sign(message))).not.toThrow()
      const another = suite.importSigningKey(suite.generateSigningSecret(random))
      expect(another.publicKey).not.toEqual(publicKey)
      for (const length of [0, 31, 33]) {
        expectCode('ERR_INPUT_LENGTH', () => suite.importSigningKey(new Uint8Array(length)))
      }
    })

    it('refuses signatures that are changed, of another key, message or purpose', () => {
      const signature = key.sign(message)
      const refuse = (publicKey: Uint8Array, text: Uint8Array, bytes: Uint8Array) =>
        expectCode('ERR_VERIFY_SIGNATURE', () => suite.verify(publicKey, text, bytes))
      for (let bit = 0; bit < 8 * signature.length; bit += 37) {
        const changed = (signature[bit >> 3] as number) ^ (1 << (bit & 7))
        refuse(key.publicKey, message, signature.with(bit >> 3, changed))
      }
      refuse(other.publicKey, message, signature)
      refuse(key.publicKey, utf8('messagf'), signature)
      const purposeful = signFor(key, 'hello', message)
      expect(() => verifyFor(suite, key.publicKey, 'hello', message, purposeful)).not.toThrow()
      expectCode('ERR_VERIFY_SIGNATURE', () => verifyFor(suite, key.publicKey, 'hell', message, purposeful))
      refuse(key.publicKey, message, purposeful)
    })

    it('refuses keys and signatures of another length, and bytes that are no key at all', () => {
      const signature = key.sign(message)
      for (const [publicKey, bytes] of [
        [key.publicKey.subarray(1), signature],
        [concat(key.publicKey, Uint8Array.of(0)), signature],
        [key.publicKey, signature.subarray(1)],
        [key.publicKey, concat(signature, Uint8Array.of(0))],
        [new Uint8Array(0), new Uint8Array(0)],
        [new Uint8Array(suite.publicKeyBytes), signature],
        [random.bytes(suite.publicKeyBytes), signature],
      ] as const) {
        expectCode('ERR_VERIFY_SIGNATURE', () => suite.verify(publicKey, message, bytes))
      }
    })

    it('has signing keys that neither print nor export their secret', () => {
      const secret = suite.generateSigningSecret(random)
      const imported = suite.importSigningKey(secret)
      const printed = JSON.stringify(imported) + inspect(imported, { depth: 10, showHidden: true })
      expect(printed).not.toContain(toHex(secret))
      expect(printed).not.toContain([...secret.subarray(0, 8)].join(', '))
      expect(Object.keys(imported)).toEqual(['publicKey'])
      const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(imported))
      expect(methods.filter(name => /export|secret|private/i.test(name))).toEqual([])
    })
  })
}
