/**
 * One message for several readers: hybrid public-key encryption in two boxes, of which some readers open the outer one
 * only.
 *
 *   seal   e from the seed, E = e·G, K of the inner box, K' = KDF(K) of the outer one
 *          slot of a reader P: KDF(e·P, E, P) masks K or K', behind a hint from the same derivation
 *          outer, inner: AEAD under K' and K, each used once, with E and all slots as associated data
 *   open   d·E, the slot with the own hint, K or K', the boxes
 *
 * Each slot is DHKEM of RFC 9180 section 4.1 over ristretto255 or the group of SM2, whose kernels are constant-time and
 * whose decoding admits no small order; these groups are not in the RFC's registry. One ephemeral key serves all readers
 * (M. Bellare, A. Boldyreva, J. Staddon, PKC 2003), which is why suite `sm` does not use GB/T 32918.4 here.
 *
 * Adversary: reads and alters everything but the readers' keys. What shows: the number of readers up to the next
 * multiple of 8, and the length of the outer content up to its size class. Slots name nobody, and their order says
 * nothing. Nothing says who sealed: sign inside. AES-GCM does not commit to its key, so two readers could find different
 * contents: publish a salted commitment and put it into the context. All of a sealing follows from its contents and the
 * seed, so that who is told the seed can check that every reader was served. No forward secrecy: a leaked key opens
 * what was sealed to it.
 */
import { compareBytes, concat, i2osp, toHex, utf8, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Scalar } from '../group/index.ts'
import type { Suite } from '../suite/index.ts'
import { type DecryptionKey, sealingGroup } from './decryption-key.ts'
import { pad, unpad } from './padding.ts'
import { BOX_KEY_BYTES, findSlot, makeSlot, SLOT_BYTES, type SlotContext } from './slots.ts'

/** Bytes of the seed that a sealing follows from. */
export const SEALING_SEED_BYTES = 32

/** Slots come in such numbers; what no reader has is filled with noise. */
export const SLOT_STEP = 8

/** One who can open a sealing. */
export interface SealingReader {
  readonly publicKey: Uint8Array
  /** Whether the inner box is for this reader too. */
  readonly opensInner: boolean
}

/** What is sealed. */
export interface SealedContents {
  readonly outer: Uint8Array
  readonly inner: Uint8Array
}

/** What everyone may see. */
export interface Sealing {
  /** E, an element of the suite's group. */
  readonly ephemeralKey: Uint8Array
  /** {@link SLOT_BYTES} a slot, a multiple of {@link SLOT_STEP} of them, in ascending order. */
  readonly slots: Uint8Array
  readonly outer: Uint8Array
  readonly inner: Uint8Array
}

/**
 * Seals contents to `readers`; the same arguments make the same bytes.
 *
 * @param context what the sealing belongs to; bound, not contained
 * @param seed 32 fresh secret bytes
 * @throws ERR_INPUT_LENGTH, ERR_DECODE_LENGTH and ERR_DECODE_ELEMENT for a public key that is none
 */
export function seal(
  suite: Suite,
  context: Uint8Array,
  readers: readonly SealingReader[],
  { outer, inner }: SealedContents,
  seed: Uint8Array,
): Sealing {
  const keys = deriveKeys(suite, context, readers, { outer, inner }, seed)
  try {
    const slots = concat(...slotsOf(suite, keys, readers, readers.length).toSorted(compareBytes))
    return { ephemeralKey: keys.at.ephemeralKey, slots, ...boxesOf(suite, keys, { outer, inner }, slots) }
  } finally {
    wipe(keys.prk, keys.innerKey, keys.outerKey)
  }
}

/**
 * Checks that an opened sealing is {@link seal}'s, for one who opened it and knows the seed: so every reader can open
 * it too, and finds the same, and nobody else is led to try.
 *
 * @param readers all of them, in the order in which they were sealed to
 * @param own the public key of the reader who checks, whose slot need not be made again
 * @throws ERR_VERIFY_OPEN when it was made otherwise
 */
export function verifySealing(
  suite: Suite,
  context: Uint8Array,
  readers: readonly SealingReader[],
  own: Uint8Array,
  contents: SealedContents,
  seed: Uint8Array,
  { ephemeralKey, slots, outer, inner }: Sealing,
): void {
  const keys = deriveKeys(suite, context, readers, contents, seed)
  const others = readers.filter(({ publicKey }) => compareBytes(publicKey, own) !== 0)
  const expected = new Set(slotsOf(suite, keys, others, readers.length).map(toHex))
  const found = Array.from({ length: slots.length / SLOT_BYTES }, (_, i) =>
    toHex(slots.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES)),
  )
  const boxes = boxesOf(suite, keys, contents, slots)
  wipe(keys.prk, keys.innerKey, keys.outerKey)
  const fits =
    compareBytes(keys.at.ephemeralKey, ephemeralKey) === 0 &&
    compareBytes(boxes.outer, outer) === 0 &&
    compareBytes(boxes.inner, inner) === 0 &&
    others.length === readers.length - 1 &&
    found.length === expected.size + 1 &&
    found.every((slot, i) => i === 0 || slot > (found[i - 1] as string)) &&
    found.filter(slot => expected.has(slot)).length === expected.size
  if (!fits) fail('ERR_VERIFY_OPEN', 'expected a sealing that all its readers can open, and no others')
}

/** Slots of `readers`, and the noise that fills up those of `count` readers. */
function slotsOf(
  suite: Suite,
  keys: SealingKeys,
  readers: readonly SealingReader[],
  count: number,
): Uint8Array[] {
  const noise = Math.ceil(count / SLOT_STEP) * SLOT_STEP - count
  const fill = (_: unknown, i: number) => suite.hkdfExpand(keys.prk, utf8(`noise ${i}`), SLOT_BYTES)
  return [...readers.map(reader => slotOf(suite, keys, reader)), ...Array.from({ length: noise }, fill)]
}

function boxesOf(
  suite: Suite,
  { at, innerKey, outerKey }: SealingKeys,
  { outer, inner }: SealedContents,
  slots: Uint8Array,
): SealedContents {
  const associated = concat(at.context, at.ephemeralKey, slots)
  return {
    outer: suite.seal(boxKeyOf(suite, outerKey), nonceOf(suite), pad(outer), associated),
    inner: suite.seal(boxKeyOf(suite, innerKey), nonceOf(suite), inner, associated),
  }
}

interface SealingKeys {
  readonly prk: Uint8Array
  readonly scalar: Scalar
  readonly at: SlotContext
  readonly innerKey: Uint8Array
  readonly outerKey: Uint8Array
}

function deriveKeys(
  suite: Suite,
  context: Uint8Array,
  readers: readonly SealingReader[],
  { outer, inner }: SealedContents,
  seed: Uint8Array,
): SealingKeys {
  if (seed.length !== SEALING_SEED_BYTES || readers.length === 0) {
    fail('ERR_INPUT_LENGTH', `expected a seed of ${SEALING_SEED_BYTES} bytes and at least one reader`)
  }
  const group = sealingGroup(suite.id)
  const bound = suite.hash(utf8('mixun-sealing-1 context\0'), context)
  // The contents go into the derivation, so that a seed that comes twice still gives other keys.
  const contents = suite.hash(
    utf8('mixun-sealing-1 contents\0'),
    bound,
    i2osp(outer.length, 4),
    outer,
    i2osp(inner.length, 4),
    inner,
    ...readers.map(reader => concat(reader.publicKey, Uint8Array.of(reader.opensInner ? 1 : 0))),
  )
  const prk = suite.hkdfExtract(seed, contents)
  const scalarSeed = suite.hkdfExpand(prk, utf8('ephemeral'), 64)
  const scalar = group.hashToScalar(scalarSeed, utf8(`mixun-sealing-1-${suite.id}`))
  wipe(scalarSeed)
  const ephemeralKey = group.encodeElement(group.multiplyBase(scalar))
  const innerKey = suite.hkdfExpand(prk, utf8('inner'), BOX_KEY_BYTES)
  return {
    prk,
    scalar,
    at: { context: bound, ephemeralKey },
    innerKey,
    outerKey: outerKeyOf(suite, innerKey),
  }
}

function slotOf(suite: Suite, keys: SealingKeys, { publicKey, opensInner }: SealingReader): Uint8Array {
  const group = sealingGroup(suite.id)
  const shared = group.encodeElement(group.multiply(group.decodeElement(publicKey), keys.scalar))
  const [level, boxKey] = opensInner
    ? (['inner', keys.innerKey] as const)
    : (['outer', keys.outerKey] as const)
  try {
    return makeSlot(suite, keys.at, level, publicKey, shared, boxKey)
  } finally {
    wipe(shared)
  }
}

/**
 * Opens what is sealed to `key`.
 *
 * @returns null when no slot is for this key; `inner` null when only the outer box is
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT for bytes that are no sealing; ERR_VERIFY_OPEN when it was altered
 */
export function open(
  suite: Suite,
  context: Uint8Array,
  key: DecryptionKey,
  { ephemeralKey, slots, outer, inner }: Sealing,
): { outer: Uint8Array; inner: Uint8Array | null } | null {
  if (slots.length === 0 || slots.length % (SLOT_BYTES * SLOT_STEP) !== 0) {
    fail('ERR_DECODE_LENGTH', `expected slots of ${SLOT_BYTES} bytes, a multiple of ${SLOT_STEP} of them`)
  }
  const bound = suite.hash(utf8('mixun-sealing-1 context\0'), context)
  const at: SlotContext = { context: bound, ephemeralKey }
  const shared = key.agree(ephemeralKey)
  const innerKey = findSlot(suite, at, 'inner', key.publicKey, shared, slots)
  const outerKey =
    innerKey === null
      ? findSlot(suite, at, 'outer', key.publicKey, shared, slots)
      : outerKeyOf(suite, innerKey)
  wipe(shared)
  if (outerKey === null) return null
  const associated = concat(bound, ephemeralKey, slots)
  const opened = (boxKey: Uint8Array, box: Uint8Array): Uint8Array =>
    suite.open(boxKeyOf(suite, boxKey), nonceOf(suite), box, associated)
  try {
    return {
      outer: unpad(opened(outerKey, outer)),
      inner: innerKey === null ? null : opened(innerKey, inner),
    }
  } finally {
    wipe(outerKey)
    if (innerKey !== null) wipe(innerKey)
  }
}

function outerKeyOf(suite: Suite, innerKey: Uint8Array): Uint8Array {
  return suite.hkdfExpand(innerKey, utf8('mixun-sealing-1 outer\0'), BOX_KEY_BYTES)
}

/** Each box key encrypts one box, so that the nonce may be constant. */
function boxKeyOf(suite: Suite, boxKey: Uint8Array): Uint8Array {
  return suite.hkdfExpand(boxKey, utf8('mixun-sealing-1 box\0'), suite.aeadKeyBytes)
}

function nonceOf(suite: Suite): Uint8Array {
  return new Uint8Array(suite.aeadNonceBytes)
}
