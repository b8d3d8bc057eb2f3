/**
 * One of n messages from log2 n OTs of keys (Naor and Pinkas, "Computationally Secure Oblivious Transfer", Journal of
 * Cryptology 2005, protocol 3.1): message x is under the sum of one stream a bit of x, and of every other message the
 * receiver lacks at least one key.
 */
import { aes128Stream } from '@mixun/core/aes'
import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { addTo, select } from '../ot-extension/masks.ts'
import { BLOCK_BYTES } from '../ot-extension/index.ts'

/** Most messages that one of is taken. */
export const MAX_MESSAGES = 2 ** 20

/** OTs that one of n takes. @throws ERR_INPUT_RANGE for n outside 2 to 2^20 */
export function indexBits(n: number): number {
  if (!Number.isSafeInteger(n) || n < 2 || n > MAX_MESSAGES) {
    fail('ERR_INPUT_RANGE', `expected 2 to ${MAX_MESSAGES} messages, found ${n}`)
  }
  return Math.ceil(Math.log2(n))
}

/** The keys of one instance: a pair a bit of the index, lowest first. */
export type KeyPairs = readonly (readonly [zero: Uint8Array, one: Uint8Array])[]

/** The messages `from`, `from` + 1, … under their sums of streams. @param messages consecutive, `messageBytes` each */
export function maskMany(
  keys: KeyPairs,
  from: number,
  messages: Uint8Array,
  messageBytes: number,
): Uint8Array {
  const blocks = Math.ceil(messageBytes / BLOCK_BYTES)
  const count = messages.length / messageBytes
  const masked = messages.slice()
  for (const [t, pair] of keys.entries()) {
    const streams = pair.map(key => aes128Stream(key, from * blocks)(count * blocks * BLOCK_BYTES))
    for (let x = 0; x < count; x++) {
      const pad = streams[((from + x) >>> t) & 1] as Uint8Array
      const [at, start] = [messageBytes * x, blocks * BLOCK_BYTES * x]
      for (let j = 0; j < messageBytes; j++) {
        masked[at + j] = (masked[at + j] as number) ^ (pad[start + j] as number)
      }
    }
    wipe(...streams)
  }
  return masked
}

/** Keeps the masked message `index` out of those that start at `from`: all of them are read. */
export function keepMasked(kept: Uint8Array, index: number, from: number, masked: Uint8Array): Uint8Array {
  let result = kept
  for (let x = 0; x < masked.length / kept.length; x++) {
    const difference = (from + x) ^ index
    const isSame = 1 ^ ((difference | -difference) >>> 31)
    result = select(isSame, result, masked.subarray(kept.length * x, kept.length * (x + 1)))
  }
  return result
}

/** The message of an index from its keys, one a bit. */
export function unmaskOne(keys: readonly Uint8Array[], index: number, masked: Uint8Array): Uint8Array {
  const blocks = Math.ceil(masked.length / BLOCK_BYTES)
  const message = masked.slice()
  for (const key of keys) addTo(message, aes128Stream(key, index * blocks)(masked.length))
  return message
}
