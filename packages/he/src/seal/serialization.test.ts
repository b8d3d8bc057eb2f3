import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compareBytes, fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { MixunError } from '@mixun/core/errors'
import { expectCode } from '@mixun/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeParty, type Party, TEST_PARAMETERS } from '../testing/party.ts'
import { BatchEncoder } from './batch-encoder.ts'
import { SealContext } from './context.ts'
import { Decryptor } from './decryptor.ts'
import { Encryptor } from './encryptor.ts'
import {
  deserializeCiphertext,
  deserializeGaloisKeys,
  deserializePublicKey,
  deserializeRelinearizationKeys,
  deserializeSecretKey,
  serialize,
} from './serialization.ts'
import type { Ciphertext } from './values.ts'

/** Offsets in SEAL's uncompressed ciphertext, from SEAL 4.1's `Ciphertext::save_members`. */
const Offset = { compression: 5, objectBytes: 8, polynomials: 49, innerHeader: 89, words: 113 }

/** SEAL's number for Zstandard in a header's compression byte. */
const SEAL_ZSTD = 2

const RING_DIMENSION = 1024
const WORDS = 2 * RING_DIMENSION * 2

let party: Party
let encoder: BatchEncoder
let ciphertext: Ciphertext
let bytes: Uint8Array

beforeAll(async () => {
  party = await makeParty()
  encoder = new BatchEncoder(party.context)
  ciphertext = encrypt([1n, 2n, 3n])
  bytes = serialize(ciphertext)
})

afterAll(() => {
  ciphertext.dispose()
  encoder.dispose()
  party[Symbol.dispose]()
})

function encrypt(values: readonly bigint[]): Ciphertext {
  using plaintext = encoder.encode(values)
  return party.encryptor.encrypt(plaintext)
}

function decrypt(received: Ciphertext, slots: number, decryptor = party.decryptor): bigint[] {
  using plaintext = decryptor.decrypt(received)
  return [...encoder.decode(plaintext).subarray(0, slots)]
}

/** The parts of a frame. */
function parse(frame: Uint8Array): { parameterId: string; compressed: Uint8Array } {
  const reader = new Reader(frame)
  reader.fixed(2)
  const parameterId = fromUtf8(reader.bytes16(64))
  return { parameterId, compressed: reader.bytes32(frame.length) }
}

function frameOf(raw: Uint8Array, parameterId: string = TEST_PARAMETERS, kind = 1): Uint8Array {
  return new Writer().uint8(1).uint8(kind).bytes16(utf8(parameterId)).bytes32(zstdCompressSync(raw)).finish()
}

/** A copy of the test ciphertext's uncompressed bytes that `change` has edited, in a frame of its own. */
function tampered(change: (view: DataView, raw: Uint8Array) => void): Uint8Array {
  const raw = Uint8Array.from(zstdDecompressSync(parse(bytes).compressed))
  change(new DataView(raw.buffer), raw)
  return frameOf(raw)
}

/** The code a frame is refused with, or whether it holds the test ciphertext. */
function outcome(frame: Uint8Array): string {
  try {
    using received = load(frame)
    const same = compareBytes(parse(serialize(received)).compressed, parse(bytes).compressed) === 0
    return same ? 'same object' : 'other object'
  } catch (error) {
    if (error instanceof MixunError) return error.code
    throw error
  }
}

const load = (frame: Uint8Array): Ciphertext => deserializeCiphertext(party.context, frame)

describe('serialised objects', () => {
  it('come back as they were: ciphertexts of every size and level', () => {
    using product = party.evaluator.multiply(ciphertext, ciphertext)
    using switched = party.evaluator.switchModulus(ciphertext)
    for (const [sent, expected] of [
      [ciphertext, [1n, 2n, 3n]],
      [product, [1n, 4n, 9n]],
      [switched, [1n, 2n, 3n]],
    ] as const) {
      using received = load(serialize(sent))
      expect(received.polynomials).toBe(sent.polynomials)
      expect(decrypt(received, 3)).toEqual(expected)
    }
  })

  it('come back as they were: all keys, in a context of another party', async () => {
    using other = await makeParty()
    using relinearizationKeys = party.generator.relinearizationKeys()
    using galoisKeys = party.generator.galoisKeys([1, -4])
    using publicKey = deserializePublicKey(other.context, serialize(party.publicKey))
    using secretKey = deserializeSecretKey(other.context, serialize(party.secretKey))
    using relinearization = deserializeRelinearizationKeys(other.context, serialize(relinearizationKeys))
    using galois = deserializeGaloisKeys(other.context, serialize(galoisKeys))
    using encryptor = new Encryptor(other.context, publicKey)
    using decryptor = new Decryptor(other.context, secretKey)
    using plaintext = encoder.encode([2n, 3n])
    using encrypted = encryptor.encrypt(plaintext)
    using product = other.evaluator.multiply(encrypted, encrypted)
    using relinearized = other.evaluator.relinearize(product, relinearization)
    using rotated = other.evaluator.rotateRows(relinearized, 1, galois)
    expect(decrypt(rotated, 1, decryptor)).toEqual([9n])
  })

  it('are compressed: a coefficient takes about its bits, not 64', () => {
    const randomBytes = (WORDS * 40) / 8
    expect(bytes.length).toBeGreaterThan(randomBytes)
    expect(bytes.length).toBeLessThan(randomBytes * 1.25)
  })

  it('name their parameter set', () => {
    expect(parse(bytes).parameterId).toBe(TEST_PARAMETERS)
  })
})

describe('deserialisation refuses', () => {
  it('nothing of an object that is taken apart and framed again', () => {
    using received = load(tampered(() => {}))
    expect(decrypt(received, 3)).toEqual([1n, 2n, 3n])
  })

  it('every truncation', () => {
    for (const length of [0, 1, 2, 3, 10, 29, 31, 40, 1000, bytes.length - 1]) {
      expectCode('ERR_DECODE_LENGTH', () => load(bytes.subarray(0, length)))
    }
  })

  it('bytes behind the end, of the frame and of the object in it', () => {
    expectCode('ERR_DECODE_TRAILING', () => load(Uint8Array.from([...bytes, 0])))
    const raw = zstdDecompressSync(parse(bytes).compressed)
    expectCode('ERR_DECODE_TRAILING', () => load(frameOf(Uint8Array.from([...raw, 0]))))
  })

  it('damage: any flipped bit, unless the decoded object is the same', () => {
    const outcomes = Array.from({ length: 500 }, (_, i) => {
      const damaged = Uint8Array.from(bytes)
      const position = Math.floor((i * (bytes.length - 1)) / 499)
      damaged[position] = (damaged[position] ?? 0) ^ (1 << (i % 8))
      return outcome(damaged)
    })
    expect(outcomes.filter(found => found === 'other object')).toEqual([])
    expect(outcomes.filter(found => found.startsWith('ERR_')).length).toBeGreaterThan(490)
    const middle = Uint8Array.from(bytes)
    middle[bytes.length >> 1] = (middle[bytes.length >> 1] ?? 0) ^ 1
    expectCode('ERR_DECODE_SEAL', () => load(middle))
  })

  it('another kind of object, and another format', () => {
    expectCode('ERR_DECODE_SCHEMA', () => load(serialize(party.publicKey)))
    expectCode('ERR_DECODE_SCHEMA', () => deserializeSecretKey(party.context, serialize(party.publicKey)))
    expectCode('ERR_DECODE_SCHEMA', () => load(Uint8Array.from([2, ...bytes.subarray(1)])))
  })

  it('a public key dressed up as a ciphertext', () => {
    const raw = zstdDecompressSync(parse(serialize(party.publicKey)).compressed)
    expectCode('ERR_DECODE_SEAL', () => load(frameOf(raw)))
  })

  it('a ciphertext of another parameter set', async () => {
    using other = await makeParty('bfv_n4096_logt20_classical128')
    expectCode('ERR_PARAMETER_FOREIGN', () => deserializeCiphertext(other.context, bytes))
  })

  it('a ciphertext of another parameter set that claims to be of this one', async () => {
    using other = await makeParty('bgv_n8192_logt20_classical128')
    using context = await SealContext.create('bfv_n8192_logt20_classical128')
    using otherEncoder = new BatchEncoder(other.context)
    using plaintext = otherEncoder.encode([1n])
    using foreign = other.encryptor.encrypt(plaintext)
    const raw = zstdDecompressSync(parse(serialize(foreign)).compressed)
    const lying = frameOf(raw, context.parameters.id)
    // Same sizes all through: only SEAL's own check can tell.
    const error = expectCode('ERR_DECODE_SEAL', () => deserializeCiphertext(context, lying))
    expect(error.message).toContain('ciphertext data is invalid')
    const small = frameOf(raw)
    expectCode('ERR_DECODE_LENGTH', () => load(small))
  })

  it('a coefficient that is not below its prime', () => {
    const frame = tampered(view => view.setBigUint64(Offset.words, 2n ** 63n, true))
    const error = expectCode('ERR_DECODE_SEAL', () => load(frame))
    expect(error.message).toContain('ciphertext data is invalid')
  })

  it('counts and lengths that do not fit the parameter set', () => {
    for (const [offset, value] of [
      [Offset.objectBytes, 0n],
      [Offset.objectBytes, 2n ** 60n],
      [Offset.polynomials, 1n],
      [Offset.polynomials, 16n],
      [Offset.polynomials, 2n ** 62n],
      [Offset.polynomials + 8, 4096n],
      [Offset.polynomials + 16, 3n],
      [Offset.innerHeader + 8, 16n],
      [Offset.innerHeader + 16, 1n],
    ] as const) {
      const frame = tampered(view => view.setBigUint64(offset, value, true))
      expectCode('ERR_DECODE_SEAL', () => load(frame))
    }
    const three = tampered(view => view.setBigUint64(Offset.polynomials, 3n, true))
    expectCode('ERR_DECODE_SEAL', () => load(three))
  })

  it('a compressed object inside, which SEAL would inflate without a limit', () => {
    for (const offset of [Offset.compression, Offset.innerHeader + Offset.compression]) {
      const frame = tampered((_, raw) => raw.set([SEAL_ZSTD], offset))
      const error = expectCode('ERR_DECODE_SEAL', () => load(frame))
      expect(error.message).toContain('uncompressed')
    }
  })

  it('a frame that decompresses to more than the largest object', () => {
    const bomb = frameOf(new Uint8Array(100_000_000))
    expect(bomb.length).toBeLessThan(20_000)
    expectCode('ERR_DECODE_LENGTH', () => load(bomb))
  })

  it('more Galois keys than the default set has', () => {
    using many = party.generator.galoisKeys(Array.from({ length: 25 }, (_, i) => i + 1))
    const frame = serialize(many)
    expectCode('ERR_DECODE_LENGTH', () => deserializeGaloisKeys(party.context, frame))
  })
})
