import { concat, equalConstantTime, utf8, wipe } from '../bytes/index.ts'
import type { Suite } from '../suite/index.ts'

/** Bytes of a box key. */
export const BOX_KEY_BYTES = 32

const HINT_BYTES = 16

/** Bytes of one slot: the hint by which its reader finds it, and the masked key. */
export const SLOT_BYTES = HINT_BYTES + BOX_KEY_BYTES

/** What a slot gives its reader: the key of both boxes, or of the outer one only. */
export type SlotLevel = 'inner' | 'outer'

/** What is the same for all slots of one sealing. */
export interface SlotContext {
  /** Digest of what the sealing is bound to. */
  readonly context: Uint8Array
  readonly ephemeralKey: Uint8Array
}

/**
 * The slot of one reader. `shared` is `e · P`: DHKEM of RFC 9180 section 4.1 over the suite's group, with the ephemeral
 * key and the reader's in the derivation, and one ephemeral key for all readers.
 */
export function makeSlot(
  suite: Suite,
  { context, ephemeralKey }: SlotContext,
  level: SlotLevel,
  publicKey: Uint8Array,
  shared: Uint8Array,
  boxKey: Uint8Array,
): Uint8Array {
  const salt = utf8(`mixun-sealing-1\0${suite.id}`)
  const prk = suite.hkdfExtract(salt, shared)
  const info = concat(utf8(`slot ${level}\0`), context, ephemeralKey, publicKey)
  const slot = suite.hkdfExpand(prk, info, SLOT_BYTES)
  boxKey.forEach((byte, i) => {
    slot[HINT_BYTES + i] = (slot[HINT_BYTES + i] as number) ^ byte
  })
  wipe(prk)
  return slot
}

/** The box key in the reader's slot of this level; null when there is no such slot. */
export function findSlot(
  suite: Suite,
  at: SlotContext,
  level: SlotLevel,
  publicKey: Uint8Array,
  shared: Uint8Array,
  slots: Uint8Array,
): Uint8Array | null {
  // A slot for the key of zeros is the mask itself.
  const mask = makeSlot(suite, at, level, publicKey, shared, new Uint8Array(BOX_KEY_BYTES))
  for (let start = 0; start < slots.length; start += SLOT_BYTES) {
    const slot = slots.subarray(start, start + SLOT_BYTES)
    if (!equalConstantTime(slot.subarray(0, HINT_BYTES), mask.subarray(0, HINT_BYTES))) continue
    return slot.slice(HINT_BYTES).map((byte, i) => byte ^ (mask[HINT_BYTES + i] as number))
  }
  return null
}
