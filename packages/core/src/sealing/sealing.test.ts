import { createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { ristretto255 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, concat, fromHex, i2osp, toHex, utf8 } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { ristretto255 as kernel, sm2 } from '../group/index.ts'
import { SUITE_IDS, type Suite, suiteById } from '../suite/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { pad, paddedBytes, unpad } from './padding.ts'
import { makeSlot } from './slots.ts'
import {
  checkEncryptionKey,
  type DecryptionKey,
  generateDecryptionSecret,
  importDecryptionKey,
  open,
  seal,
  SEALING_SEED_BYTES,
  type Sealing,
  type SealingReader,
  SLOT_BYTES,
  SLOT_STEP,
  verifySealing,
} from './index.ts'

const context = utf8('entry 7 of this ledger')
const contents = { outer: utf8('who asks whom'), inner: utf8('under which consent') }

describe.each(SUITE_IDS)('a sealing of suite %s', id => {
  const suite = suiteById(id)
  const random = seededRandom(`sealing ${id}`)
  const newKey = () => importDecryptionKey(id, generateDecryptionSecret(id, random))
  const [both, outerOnly, stranger] = [newKey(), newKey(), newKey()]
  const readers = [
    { publicKey: both.publicKey, opensInner: true },
    { publicKey: outerOnly.publicKey, opensInner: false },
  ]
  const seed = random.bytes(SEALING_SEED_BYTES)
  const sealed = seal(suite, context, readers, contents, seed)

  it('opens to its readers, to each as far as it is meant for it, and to nobody else', () => {
    expect(open(suite, context, both, sealed)).toEqual(contents)
    expect(open(suite, context, outerOnly, sealed)).toEqual({ outer: contents.outer, inner: null })
    expect(open(suite, context, stranger, sealed)).toBeNull()
    expect(open(suite, utf8('another entry'), both, sealed)).toBeNull()
  })

  it('follows from contents and seed, and shares no byte string with another', () => {
    expect(seal(suite, context, readers, contents, seed)).toEqual(sealed)
    const others = [
      seal(suite, context, readers, { ...contents, outer: utf8('who asks wham') }, seed),
      seal(suite, utf8('another'), readers, contents, seed),
      seal(suite, context, readers.slice(0, 1), contents, seed),
      seal(suite, context, readers, contents, random.bytes(SEALING_SEED_BYTES)),
    ]
    for (const other of others) {
      expect(toHex(other.ephemeralKey)).not.toBe(toHex(sealed.ephemeralKey))
      expect(toHex(other.inner)).not.toBe(toHex(sealed.inner))
    }
  })

  it('is checked by a reader who knows the seed: every reader finds the same, and nobody else anything', () => {
    const check = (to: typeof readers, from: Uint8Array, found: Sealing) =>
      verifySealing(suite, context, to, both.publicKey, contents, from, found)
    check(readers, seed, sealed)
    const third = { publicKey: stranger.publicKey, opensInner: false }
    const other = random.bytes(SEALING_SEED_BYTES)
    expectCode('ERR_VERIFY_OPEN', () => check([...readers, third], seed, sealed))
    expectCode('ERR_VERIFY_OPEN', () => check(readers.slice(0, 1), seed, sealed))
    expectCode('ERR_VERIFY_OPEN', () => check(readers.slice(1), seed, sealed))
    expectCode('ERR_VERIFY_OPEN', () => check(readers.toReversed(), seed, sealed))
    expectCode('ERR_VERIFY_OPEN', () => check(readers, other, sealed))
    const { ephemeralKey } = seal(suite, context, readers, contents, other)
    expectCode('ERR_VERIFY_OPEN', () => check(readers, seed, { ...sealed, ephemeralKey }))
  })

  it('is refused by that check when it was crafted so that the checking reader opens it and another stumbles', () => {
    const check = (found: Sealing) => {
      expect(open(suite, context, both, found)).toEqual(contents)
      verifySealing(suite, context, readers, both.publicKey, contents, seed, found)
    }
    const honest = craft(suite, readers, seed, {})
    expect(honest).toEqual(sealed)
    check(honest)
    // A slot for a stranger, who finds it and cannot open the box.
    const poisoned = craft(suite, readers, seed, { lure: { publicKey: stranger.publicKey, level: 'outer' } })
    expectCode('ERR_VERIFY_OPEN', () => open(suite, context, stranger, poisoned))
    expectCode('ERR_VERIFY_OPEN', () => check(poisoned))
    // A reader of the outer box is led to try the inner one.
    const lured = craft(suite, readers, seed, { lure: { publicKey: outerOnly.publicKey, level: 'inner' } })
    expectCode('ERR_VERIFY_OPEN', () => open(suite, context, outerOnly, lured))
    expectCode('ERR_VERIFY_OPEN', () => check(lured))
    // The boxes are under another key, which the checking reader alone is given.
    const split = craft(suite, readers, seed, { keyForFirst: random.bytes(32) })
    expectCode('ERR_VERIFY_OPEN', () => open(suite, context, outerOnly, split))
    expectCode('ERR_VERIFY_OPEN', () => check(split))
    const moved = craft(suite, readers, seed, { isUnsorted: true })
    expectCode('ERR_VERIFY_OPEN', () => check(moved))
  })

  it('shows neither how many read it, up to the next eight, nor how long the outer content is', () => {
    const one = seal(suite, context, readers.slice(0, 1), { ...contents, outer: random.bytes(400) }, seed)
    expect(one.slots).toHaveLength(SLOT_STEP * SLOT_BYTES)
    expect(sealed.slots).toHaveLength(one.slots.length)
    expect(one.outer).toHaveLength(sealed.outer.length)
    const nine = Array.from({ length: 9 }, () => ({ publicKey: newKey().publicKey, opensInner: true }))
    const large = seal(suite, context, nine, { ...contents, outer: random.bytes(600) }, seed)
    expect(large.slots).toHaveLength(2 * SLOT_STEP * SLOT_BYTES)
    expect(large.outer).toHaveLength(768 + suite.aeadOverheadBytes)
  })

  const resultOf = (key: DecryptionKey, changed: Sealing): string => {
    try {
      return JSON.stringify(open(suite, context, key, changed))
    } catch (error) {
      return error instanceof MixunError ? error.code : String(error)
    }
  }

  it('is refused, or is for nobody, when any byte of it is changed', () => {
    for (const part of ['ephemeralKey', 'slots', 'outer', 'inner'] as const) {
      for (let at = 0; at < sealed[part].length; at += part === 'ephemeralKey' ? 1 : 13) {
        const bytes = Uint8Array.from(sealed[part])
        bytes[at] = (bytes[at] as number) ^ (1 << (at % 8))
        const changed: Sealing = { ...sealed, [part]: bytes }
        expect(['null', 'ERR_VERIFY_OPEN', 'ERR_DECODE_ELEMENT']).toContain(resultOf(both, changed))
      }
    }
  })

  it('checks points before a key is touched: identity, other curve, wrong length', () => {
    const identity = new Uint8Array(both.publicKey.length)
    const notOnCurve = new Uint8Array(both.publicKey.length).fill(0xff)
    for (const bad of [identity, notOnCurve]) {
      expectCode('ERR_DECODE_ELEMENT', () => open(suite, context, both, { ...sealed, ephemeralKey: bad }))
      expectCode('ERR_DECODE_ELEMENT', () => checkEncryptionKey(id, bad, 'jia', both.prove('jia')))
      const to = [{ publicKey: bad, opensInner: true }]
      expectCode('ERR_DECODE_ELEMENT', () => seal(suite, context, to, contents, seed))
    }
    const otherId = id === 'sm' ? 'intl' : 'sm'
    const otherKey = importDecryptionKey(otherId, generateDecryptionSecret(otherId, random)).publicKey
    expectCode('ERR_DECODE_LENGTH', () => checkEncryptionKey(id, otherKey, 'jia', both.prove('jia')))
    expectCode('ERR_DECODE_LENGTH', () => open(suite, context, both, { ...sealed, ephemeralKey: otherKey }))
  })

  it('goes to a key that its owner proves to have, and to no other', () => {
    const proof = both.prove('jia')
    expect(proof).toHaveLength(64)
    const check = (changed: Uint8Array, owner = 'jia', publicKey = both.publicKey) =>
      checkEncryptionKey(id, publicKey, owner, changed)
    check(proof)
    check(both.prove('jia', random))
    expectCode('ERR_VERIFY_KEY_POSSESSION', () => check(proof, 'yi'))
    expectCode('ERR_VERIFY_KEY_POSSESSION', () => check(proof, 'jia', stranger.publicKey))
    expectCode('ERR_VERIFY_KEY_POSSESSION', () => check(stranger.prove('jia')))
    expectCode('ERR_VERIFY_KEY_POSSESSION', () => check(new Uint8Array(64)))
    for (const at of [1, 33]) {
      const changed = proof.map((byte, i) => (i === at ? byte ^ 1 : byte))
      expectCode('ERR_VERIFY_KEY_POSSESSION', () => check(changed))
    }
    expectCode('ERR_DECODE_LENGTH', () => check(proof.subarray(1)))
    expectCode('ERR_DECODE_SCALAR', () => check(new Uint8Array(64).fill(0xff)))
  })

  it('refuses slots, seeds and secrets of other sizes or values', () => {
    const slots = sealed.slots.subarray(SLOT_BYTES)
    expectCode('ERR_DECODE_LENGTH', () => open(suite, context, both, { ...sealed, slots }))
    expectCode('ERR_DECODE_LENGTH', () => open(suite, context, both, { ...sealed, slots: new Uint8Array(0) }))
    expectCode('ERR_INPUT_LENGTH', () => seal(suite, context, readers, contents, seed.subarray(1)))
    expectCode('ERR_INPUT_LENGTH', () => seal(suite, context, [], contents, seed))
    expectCode('ERR_KEY_RANGE', () => importDecryptionKey(id, new Uint8Array(32)))
    expectCode('ERR_DECODE_SCALAR', () => importDecryptionKey(id, new Uint8Array(32).fill(0xff)))
    expectCode('ERR_DECODE_LENGTH', () => importDecryptionKey(id, new Uint8Array(31)))
  })

  it('opens to any content, any number of readers', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 1_500 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
        (outer, inner, levels) => {
          const keys = levels.map(newKey)
          const to = keys.map(({ publicKey }, i) => ({ publicKey, opensInner: levels[i] as boolean }))
          const made = seal(suite, context, to, { outer, inner }, random.bytes(SEALING_SEED_BYTES))
          keys.forEach((key, i) => {
            const opened = open(suite, context, key, made)
            expect(toHex(opened?.outer as Uint8Array)).toBe(toHex(outer))
            expect(opened?.inner === null ? null : toHex(opened?.inner as Uint8Array)).toBe(
              levels[i] ? toHex(inner) : null,
            )
          })
        },
      ),
      { numRuns: 15 },
    )
  })
})

interface Craft {
  /** A slot with a wrong key, in the place of noise. */
  readonly lure?: { readonly publicKey: Uint8Array; readonly level: 'inner' | 'outer' }
  /** The key of the boxes, which only the first reader learns. */
  readonly keyForFirst?: Uint8Array
  readonly isUnsorted?: boolean
}

/** Seals as `seal` does, but for what is asked: what a malicious sealer could do. */
function craft(
  suite: Suite,
  readers: readonly SealingReader[],
  seed: Uint8Array,
  { lure, keyForFirst, isUnsorted }: Craft,
): Sealing {
  const group = suite.id === 'sm' ? sm2 : kernel
  const { outer, inner } = contents
  const bound = suite.hash(utf8('mixun-sealing-1 context\0'), context)
  const named = readers.map(each => concat(each.publicKey, Uint8Array.of(each.opensInner ? 1 : 0)))
  const lengths = [outer, inner].map(({ length }) => i2osp(length, 4)) as [Uint8Array, Uint8Array]
  const label = utf8('mixun-sealing-1 contents\0')
  const digest = suite.hash(label, bound, lengths[0], outer, lengths[1], inner, ...named)
  const prk = suite.hkdfExtract(seed, digest)
  const scalarSeed = suite.hkdfExpand(prk, utf8('ephemeral'), 64)
  const scalar = group.hashToScalar(scalarSeed, utf8(`mixun-sealing-1-${suite.id}`))
  const ephemeralKey = group.encodeElement(group.multiplyBase(scalar))
  const at = { context: bound, ephemeralKey }
  const innerKey = suite.hkdfExpand(prk, utf8('inner'), 32)
  const outerOf = (key: Uint8Array) => suite.hkdfExpand(key, utf8('mixun-sealing-1 outer\0'), 32)
  const boxKey = keyForFirst ?? innerKey
  const slotFor = (publicKey: Uint8Array, level: 'inner' | 'outer', key: Uint8Array) => {
    const shared = group.encodeElement(group.multiply(group.decodeElement(publicKey), scalar))
    return makeSlot(suite, at, level, publicKey, shared, key)
  }
  const made = readers.map(({ publicKey, opensInner }, i) =>
    opensInner
      ? slotFor(publicKey, 'inner', i === 0 ? boxKey : innerKey)
      : slotFor(publicKey, 'outer', outerOf(innerKey)),
  )
  const noise = Array.from({ length: SLOT_STEP - made.length }, (_, i) =>
    suite.hkdfExpand(prk, utf8(`noise ${i}`), SLOT_BYTES),
  )
  if (lure !== undefined) noise[0] = slotFor(lure.publicKey, lure.level, new Uint8Array(32))
  const sorted = [...made, ...noise].toSorted(compareBytes)
  const slots = concat(...(isUnsorted === true ? sorted.toReversed() : sorted))
  const associated = concat(bound, ephemeralKey, slots)
  const box = (key: Uint8Array, content: Uint8Array) => {
    const used = suite.hkdfExpand(key, utf8('mixun-sealing-1 box\0'), suite.aeadKeyBytes)
    return suite.seal(used, new Uint8Array(suite.aeadNonceBytes), content, associated)
  }
  return { ephemeralKey, slots, outer: box(outerOf(boxKey), pad(outer)), inner: box(boxKey, inner) }
}

it('an encoding of small order on the curve beneath ristretto255 is no key', () => {
  // Points of order 1, 2, 4 and 8 of edwards25519, RFC 7748 and RFC 8032 encodings.
  for (const point of [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ]) {
    expectCode('ERR_DECODE_ELEMENT', () =>
      checkEncryptionKey('intl', fromHex(point), 'jia', new Uint8Array(64)),
    )
  }
})

describe('padding', () => {
  it('has sizes 2^k and 1.5 · 2^k from 512', () => {
    const sizes = [0, 508, 509, 764, 765, 1_020, 1_021, 393_216 - 4, 393_216]
    expect(sizes.map(paddedBytes)).toEqual([512, 512, 768, 768, 1_024, 1_024, 1_536, 393_216, 524_288])
  })

  it('has one form a content', () => {
    const padded = pad(utf8('content'))
    expect(unpad(padded)).toEqual(utf8('content'))
    expectCode('ERR_DECODE_LENGTH', () => unpad(padded.subarray(1)))
    expectCode('ERR_DECODE_LENGTH', () => unpad(new Uint8Array(3)))
    expectCode('ERR_DECODE_LENGTH', () => unpad(concat(padded, new Uint8Array(256))))
    padded[padded.length - 1] = 1
    expectCode('ERR_DECODE_CANONICAL', () => unpad(padded))
  })
})

/** Opens as the head comment of sealing.ts and slots.ts says, sharing no code with them: noble and OpenSSL. */
function openIndependently(secret: bigint, boundTo: Uint8Array, sealed: Sealing, level: 'inner' | 'outer') {
  const hkdf = (key: Uint8Array, salt: string, info: Uint8Array, length: number) =>
    new Uint8Array(hkdfSync('sha256', key, salt, info, length))
  const expand = (prk: Uint8Array, info: string) => {
    // One block of HKDF-Expand.
    const block = (data: Uint8Array) => hmac(prk, data)
    return block(concat(utf8(info), Uint8Array.of(1)))
  }
  const bound = new Uint8Array(
    createHash('sha256').update('mixun-sealing-1 context\0').update(boundTo).digest(),
  )
  const shared = ristretto255.Point.fromBytes(sealed.ephemeralKey).multiply(secret).toBytes()
  const publicKey = ristretto255.Point.BASE.multiply(secret).toBytes()
  const info = concat(utf8(`slot ${level}\0`), bound, sealed.ephemeralKey, publicKey)
  const mask = hkdf(shared, 'mixun-sealing-1\0intl', info, 48)
  for (let at = 0; at < sealed.slots.length; at += 48) {
    const slot = sealed.slots.subarray(at, at + 48)
    if (toHex(slot.subarray(0, 16)) !== toHex(mask.subarray(0, 16))) continue
    const key = slot.slice(16).map((byte, i) => byte ^ (mask[16 + i] as number))
    const boxKey = expand(key, 'mixun-sealing-1 box\0')
    const box = sealed[level]
    const decipher = createDecipheriv('aes-256-gcm', boxKey, new Uint8Array(12))
    decipher.setAAD(concat(bound, sealed.ephemeralKey, sealed.slots))
    decipher.setAuthTag(box.subarray(-16))
    return new Uint8Array(Buffer.concat([decipher.update(box.subarray(0, -16)), decipher.final()]))
  }
  return null
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  // HMAC from its definition, RFC 2104.
  const block = new Uint8Array(64)
  block.set(key)
  const hash = (...parts: Uint8Array[]) =>
    new Uint8Array(parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest())
  return hash(
    block.map(byte => byte ^ 0x5c),
    hash(
      block.map(byte => byte ^ 0x36),
      data,
    ),
  )
}

it('opens to an implementation that shares no code with it', () => {
  const suite = suiteById('intl')
  const [one, two] = [123_456_789n, 987_654_321n]
  const keyOf = (secret: bigint) => ristretto255.Point.BASE.multiply(secret).toBytes()
  const readers = [
    { publicKey: keyOf(one), opensInner: true },
    { publicKey: keyOf(two), opensInner: false },
  ]
  const sealed = seal(suite, context, readers, contents, new Uint8Array(32).fill(7))
  expect(openIndependently(one, context, sealed, 'inner')).toEqual(contents.inner)
  expect(openIndependently(two, context, sealed, 'inner')).toBeNull()
  const outer = openIndependently(two, context, sealed, 'outer') as Uint8Array
  expect(outer).toHaveLength(512)
  expect(outer.subarray(4, 4 + contents.outer.length)).toEqual(contents.outer)
  expect(kernel.encodeElement(kernel.decodeElement(keyOf(one)))).toEqual(keyOf(one))
})
