import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes/index.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { ed25519EdgeCases } from './ed25519-edge-cases.ts'

const { sm3: sm3Vectors, sm4: sm4Vectors } = JSON.parse(
  readFileSync(new URL('../../vectors/sm.json', import.meta.url), 'utf8'),
) as {
  readonly sm3: readonly { readonly message: string; readonly digest: string }[]
  readonly sm4: readonly Readonly<Record<'key' | 'plaintext' | 'ciphertext', string>>[]
}

/** Lengths around the block sizes of the hashes and ciphers. */
const EDGES = [0, 1, 15, 16, 17, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1_000]

/** Bytes that start at any offset of their buffer, as parts of messages do. */
const view = (length: number) =>
  fc
    .tuple(fc.nat(7), fc.uint8Array({ minLength: length + 7, maxLength: length + 7 }))
    .map(([start, whole]) => whole.subarray(start, start + length))
const anyLength = fc.oneof(fc.constantFrom(...EDGES), fc.nat(200)).chain(view)

/**
 * What every {@link Runtime} does: published vectors, and on random inputs what `other` does, bit for bit. Run it in a
 * test file, under vitest, once in each direction.
 */
export function runtimeCompliance(runtime: Runtime, other: Runtime): void {
  describe(`runtime ${runtime.name}, beside ${other.name}`, () => {
    it('hashes as the standards', () => {
      const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
      expect(toHex(runtime.sha256(utf8('abc')))).toBe(abc)
      expect(toHex(runtime.sha256(utf8('a'), utf8(''), utf8('bc')))).toBe(abc)
      expect(toHex(runtime.sha256())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
      for (const { message, digest } of sm3Vectors) {
        expect(toHex(runtime.sm3(fromHex(message)))).toBe(digest)
      }
      expect(sm3Vectors.length).toBeGreaterThan(1)
    })

    it.each(['sha256', 'sm3'] as const)('hashes pieces as the whole: %s', algorithm => {
      fc.assert(
        fc.property(fc.array(anyLength, { maxLength: 5 }), parts => {
          const running = runtime.startHash(algorithm)
          for (const part of parts) running.update(part)
          expect(toHex(running.digest())).toBe(toHex(runtime[algorithm](...parts)))
        }),
      )
    })

    it('encrypts blocks of AES-128 as FIPS 197, appendix C.1', () => {
      const encrypt = runtime.aes128(fromHex('000102030405060708090a0b0c0d0e0f'))
      const block = fromHex('00112233445566778899aabbccddeeff')
      const expected = '69c4e0d86a7b0430d8cdb78070b4c55a'
      expect(toHex(encrypt(concat(block, block)))).toBe(expected + expected)
      expect(encrypt(new Uint8Array(0))).toHaveLength(0)
      expect(toHex(encrypt(block))).toBe(expected)
    })

    it('makes the keystream of AES-128-CTR in pieces, from any block', () => {
      const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
      fc.assert(
        fc.property(
          fc.constantFrom(0, 1, 255, 2 ** 32 - 1, 2 ** 48),
          fc.array(fc.nat(70)),
          fc.uint8Array({ minLength: 8, maxLength: 8 }),
          (first, pieces, nonce) => {
            const next = runtime.startAes128Ctr(key, first, nonce)
            const whole = concat(...pieces.map(bytes => next(bytes)))
            const counters = Array.from({ length: Math.ceil(whole.length / 16) }, (_, i) => {
              const counter = new DataView(new ArrayBuffer(16))
              counter.setBigUint64(8, BigInt(first) + BigInt(i))
              return concat(nonce, new Uint8Array(counter.buffer, 8))
            })
            const blocks = runtime.aes128(key)(concat(...counters))
            expect(toHex(whole)).toBe(toHex(blocks.subarray(0, whole.length)))
          },
        ),
      )
      const nonce = key.subarray(8)
      expect(toHex(runtime.startAes128Ctr(key, 3, nonce)(33))).toBe(
        toHex(other.startAes128Ctr(key, 3, nonce)(33)),
      )
    })

    it('authenticates as RFC 4231, test cases 1, 2 and 6', () => {
      const longKey = new Uint8Array(131).fill(0xaa)
      for (const [key, message, mac] of [
        [
          new Uint8Array(20).fill(0x0b),
          'Hi There',
          'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
        ],
        [
          utf8('Jefe'),
          'what do ya want for nothing?',
          '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
        ],
        [
          longKey,
          'Test Using Larger Than Block-Size Key - Hash Key First',
          '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
        ],
      ] as const) {
        expect(toHex(runtime.hmacSha256(key, utf8(message)))).toBe(mac)
      }
    })

    it('encrypts blocks as GB/T 32907', () => {
      const [vector] = sm4Vectors as [(typeof sm4Vectors)[number]]
      expect(toHex(runtime.sm4Blocks(fromHex(vector.key), fromHex(vector.plaintext)))).toBe(vector.ciphertext)
    })

    it('hashes and authenticates as the other', () => {
      fc.assert(
        fc.property(anyLength, fc.array(anyLength, { maxLength: 3 }), (key, parts) => {
          for (const name of ['sha256', 'sm3'] as const) same(runtime[name](...parts), other[name](...parts))
          for (const name of ['hmacSha256', 'hmacSm3'] as const) {
            same(runtime[name](key, ...parts), other[name](key, ...parts))
          }
        }),
      )
    })

    it('seals as the other, and opens what the other sealed and nothing else', () => {
      fc.assert(
        fc.property(
          view(32),
          view(12),
          anyLength,
          anyLength,
          fc.nat(),
          (key, nonce, plaintext, data, bit) => {
            const sealed = runtime.sealAes256Gcm(key, nonce, plaintext, data)
            same(sealed, other.sealAes256Gcm(key, nonce, plaintext, data))
            same(other.openAes256Gcm(key, nonce, sealed, data) as Uint8Array, plaintext)
            const index = (bit >> 3) % sealed.length
            const changed = sealed.with(index, (sealed[index] as number) ^ (1 << (bit & 7)))
            expect(runtime.openAes256Gcm(key, nonce, changed, data)).toBeNull()
            expect(runtime.openAes256Gcm(key, nonce, sealed, concat(data, Uint8Array.of(0)))).toBeNull()
          },
        ),
      )
      expect(
        runtime.openAes256Gcm(new Uint8Array(32), new Uint8Array(12), new Uint8Array(16), utf8('')),
      ).toBeNull()
    })

    it('encrypts with SM4 as the other, over a counter that carries', () => {
      const counters = fc
        .tuple(view(16), fc.nat(16))
        .map(([bytes, tail]) => Uint8Array.from(bytes, (byte, i) => (i >= 16 - tail ? 0xff : byte)))
      fc.assert(
        fc.property(view(16), counters, anyLength, (key, counter, data) => {
          same(runtime.sm4Ctr(key, counter, data), other.sm4Ctr(key, counter, data))
          same(runtime.sm4Ctr(key, counter, other.sm4Ctr(key, counter, data)), data)
          const blocks = data.subarray(0, data.length - (data.length % 16))
          same(runtime.sm4Blocks(key, counter), other.sm4Blocks(key, counter))
          same(runtime.sm4Blocks(key, blocks), other.sm4Blocks(key, blocks))
        }),
      )
    })

    it('encrypts blocks with AES-128 as the other, in any number', () => {
      fc.assert(
        fc.property(
          view(16),
          fc.integer({ min: 1, max: 40 }).chain(blocks => view(16 * blocks)),
          (key, blocks) => {
            const encrypt = runtime.aes128(key)
            same(encrypt(blocks), other.aes128(key)(blocks))
            same(encrypt(blocks.subarray(0, 16)), other.aes128(key)(blocks.subarray(0, 16)))
          },
        ),
      )
    })

    it('multiplies points of curve25519 and its twist as the other, and sends those of small order to nothing', () => {
      fc.assert(
        fc.property(view(32), view(32), (secret, u) => {
          expect(runtime.x25519(secret)(u)).toEqual(other.x25519(secret)(u))
        }),
        { numRuns: 30 },
      )
      for (const byte of [0, 1]) {
        expect(
          runtime.x25519(new Uint8Array(32).fill(7))(Uint8Array.of(byte, ...new Uint8Array(31))),
        ).toBeNull()
      }
    })

    it('gives bytes of its own and leaves its inputs alone', () => {
      const inputs = [32, 12, 40, 64].map((length, i) => new Uint8Array(length).fill(i + 1))
      const before = inputs.map(toHex)
      const [key, nonce, data, signature] = inputs as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
      const sealed = runtime.sealAes256Gcm(key, nonce, data, nonce)
      const block = key.subarray(16)
      const signer = runtime.ed25519Signer(key)
      const opened = runtime.openAes256Gcm(key, nonce, sealed, nonce) as Uint8Array
      const results = [
        runtime.sha256(data),
        runtime.hmacSha256(key, data),
        runtime.sm3(data),
        runtime.hmacSm3(key, data),
        sealed,
        opened,
        runtime.sm4Ctr(block, block, data),
        runtime.sm4Blocks(block, block),
        runtime.aes128(block)(key),
        signer.publicKey,
        signer.sign(data),
      ]
      runtime.verifyEd25519(signer.publicKey, data, signature)
      for (const result of results) {
        expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype)
        expect(inputs.some(input => input.buffer === result.buffer)).toBe(false)
      }
      expect(inputs.map(toHex)).toEqual(before)
    })

    it('signs as the other, also after its seed was wiped', () => {
      fc.assert(
        fc.property(view(32), anyLength, (seed, message) => {
          const wiped = seed.slice()
          const [signer, its] = [runtime.ed25519Signer(wiped), other.ed25519Signer(seed)]
          wiped.fill(0)
          same(signer.publicKey, its.publicKey)
          const signature = signer.sign(message)
          same(signature, its.sign(message))
          expect(runtime.verifyEd25519(signer.publicKey, message, signature)).toBe(true)
          expect(runtime.verifyEd25519(signer.publicKey, concat(message, seed), signature)).toBe(false)
        }),
        { numRuns: 25 },
      )
    })

    it('accepts the same signatures as the other where implementations of Ed25519 differ', () => {
      const cases = ed25519EdgeCases()
      for (const { name, publicKey, message, signature, accepted } of cases) {
        const verdict = runtime.verifyEd25519(publicKey, message, signature)
        expect([name, verdict]).toEqual([name, accepted])
        expect([name, other.verifyEd25519(publicKey, message, signature)]).toEqual([name, verdict])
      }
      // Both verdicts, and refusals for more than the equation.
      expect(cases.some(each => each.accepted && each.name.startsWith('key + torsion 1'))).toBe(true)
      for (const kind of ['key of small order', 'commitment of small order', 'S + ']) {
        expect(cases.some(each => each.name.startsWith(kind) && each.satisfiesEquation)).toBe(true)
      }
    })

    it('refuses keys that are no points and changed signatures as the other', () => {
      const fixed = runtime.ed25519Signer(new Uint8Array(32).fill(7))
      const message = utf8('message')
      const signature = fixed.sign(message)
      fc.assert(
        fc.property(view(32), fc.nat(511), (publicKey, bit) => {
          expect(runtime.verifyEd25519(publicKey, message, signature)).toBe(false)
          expect(other.verifyEd25519(publicKey, message, signature)).toBe(false)
          const changed = signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7)))
          expect(runtime.verifyEd25519(fixed.publicKey, message, changed)).toBe(false)
          expect(other.verifyEd25519(fixed.publicKey, message, changed)).toBe(false)
        }),
        { numRuns: 50 },
      )
    })
  })
}

function same(found: Uint8Array, expected: Uint8Array): void {
  expect(toHex(found)).toBe(toHex(expected))
}
