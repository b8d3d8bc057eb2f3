import { describe, expect, it } from 'vitest'
import { sm2 } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import { Sm2PrivateKey, sm2Encrypt } from '../sm/index.ts'
import { seededRandom } from '../testing/index.ts'
import { hkdfExpand } from './hkdf.ts'
import { intl } from './index.ts'

const isZero = (bytes: Uint8Array) => bytes.every(byte => byte === 0)

describe('after the operation nothing is left', () => {
  it('of the blocks and inputs of HKDF, beside the output', () => {
    const seen: Uint8Array[] = []
    const hmac = (key: Uint8Array, message: Uint8Array) => {
      const block = intl.hmac(key, message)
      seen.push(message, block)
      return block
    }
    const [key, info] = [new Uint8Array(32).fill(1), new Uint8Array(9).fill(2)]
    const output = hkdfExpand(hmac, key, info, 80)
    expect(seen).toHaveLength(6)
    expect(seen.every(isZero)).toBe(true)
    expect(output.buffer.byteLength).toBe(80)
    expect(output).toEqual(intl.hkdfExpand(key, info, 80))
  })

  it('of the seed that a signing key was generated from, beside the key', () => {
    const drawn: Uint8Array[] = []
    const random: RandomSource = {
      bytes(length) {
        const bytes = seededRandom('seed').bytes(length)
        drawn.push(bytes)
        return bytes
      },
    }
    const key = intl.generateSigningKey(random)
    expect(drawn.length).toBeGreaterThan(0)
    expect(drawn.every(isZero)).toBe(true)
    expect(key.publicKey).toEqual(intl.importSigningKey(seededRandom('seed').bytes(32)).publicKey)
  })

  it('of the shared point of an SM2 encryption, also of one that was started again', () => {
    const encoded: Uint8Array[] = []
    const watched = {
      ...sm2,
      encodeAffine(point: Parameters<typeof sm2.encodeAffine>[0]) {
        const bytes = sm2.encodeAffine(point)
        encoded.push(bytes)
        return bytes
      },
    }
    const random = seededRandom('encrypt')
    const { publicKey } = Sm2PrivateKey.generate(watched, random)
    // One byte of key stream is zero once in 256 times: C1 and the shared point are then encoded again.
    do {
      encoded.length = 0
      sm2Encrypt(publicKey, Uint8Array.of(1), random)
    } while (encoded.length === 2)
    expect(encoded.length).toBe(4)
    expect([encoded[1], encoded[3]].every(bytes => bytes !== undefined && isZero(bytes))).toBe(true)
  })
})
