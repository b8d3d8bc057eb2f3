import { aes128Stream } from '@mixun/core/aes'
import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { bitAt } from '../base-ot/index.ts'
import { maskOf } from '../ot-extension/masks.ts'
import { BLOCK_BYTES } from '../ot-extension/index.ts'
import type { ReceivedOts, SentOts } from '../ot-extension/index.ts'

/** What turns random choices into chosen ones: a bit an OT, uniform, sent to the sender. */
export function flipsFor(ots: ReceivedOts, choices: Uint8Array): Uint8Array {
  return choices.map((byte, i) => byte ^ (ots.choices[i] as number))
}

/** The sender's OTs with both messages swapped where the receiver says so. The flips are public. */
export function arrange(ots: SentOts, flips: Uint8Array): SentOts {
  const zeros = ots.zeros.slice()
  const ones = ots.ones.slice()
  for (let i = 0; i < ots.count; i++) {
    if (bitAt(flips, i) === 0) continue
    const [start, end] = [BLOCK_BYTES * i, BLOCK_BYTES * (i + 1)]
    zeros.set(ots.ones.subarray(start, end), start)
    ones.set(ots.zeros.subarray(start, end), start)
  }
  return { count: ots.count, zeros, ones }
}

/**
 * Chosen OT: both messages of each OT under the random ones, y[0] ‖ y[1] an OT.
 *
 * @param from first OT of these messages
 */
export function maskPairs(
  ots: SentOts,
  from: number,
  zeros: Uint8Array,
  ones: Uint8Array,
  messageBytes: number,
): Uint8Array {
  const masked = new Uint8Array(2 * zeros.length)
  for (let i = 0; i * messageBytes < zeros.length; i++) {
    const [start, at] = [messageBytes * i, 2 * messageBytes * i]
    masked.set(zeros.subarray(start, start + messageBytes), at)
    masked.set(ones.subarray(start, start + messageBytes), at + messageBytes)
    addPad(masked, at, blockAt(ots.zeros, from + i), messageBytes)
    addPad(masked, at + messageBytes, blockAt(ots.ones, from + i), messageBytes)
  }
  return masked
}

/** The receiver's part of {@link maskPairs}: the messages of its choices. */
export function unmaskChosen(
  ots: ReceivedOts,
  from: number,
  choices: Uint8Array,
  masked: Uint8Array,
  messageBytes: number,
): Uint8Array {
  const messages = new Uint8Array(masked.length / 2)
  for (let i = 0; i * messageBytes < messages.length; i++) {
    const [start, at] = [messageBytes * i, 2 * messageBytes * i]
    const mask = maskOf(bitAt(choices, from + i))
    for (let j = 0; j < messageBytes; j++) {
      const zero = masked[at + j] as number
      messages[start + j] = zero ^ (mask & (zero ^ (masked[at + messageBytes + j] as number)))
    }
    addPad(messages, start, blockAt(ots.messages, from + i), messageBytes)
  }
  return messages
}

/** Correlated OT: what makes the second message the first plus `delta`, a block an OT. */
export function correlate(ots: SentOts, delta: Uint8Array): Uint8Array {
  return ots.zeros.map((byte, i) => byte ^ (ots.ones[i] as number) ^ (delta[i % BLOCK_BYTES] as number))
}

/** The receiver's part of {@link correlate}: its message, of a pair that differs by the sender's delta. */
export function applyCorrelation(ots: ReceivedOts, choices: Uint8Array, corrections: Uint8Array): Uint8Array {
  return ots.messages.map((byte, i) => {
    const mask = maskOf(bitAt(choices, Math.floor(i / BLOCK_BYTES)))
    return byte ^ (mask & (corrections[i] as number))
  })
}

/** Bytes of each message of a chosen OT. @throws ERR_INPUT_RANGE */
export function checkMessageBytes(messageBytes: number): void {
  if (!Number.isSafeInteger(messageBytes) || messageBytes < 1 || messageBytes > MAX_MESSAGE_BYTES) {
    fail('ERR_INPUT_RANGE', `expected messages of 1 to ${MAX_MESSAGE_BYTES} bytes, found ${messageBytes}`)
  }
}

/** Longest message of a chosen OT: two of them fit a frame. */
export const MAX_MESSAGE_BYTES = 65_536

/** A block pads what is not longer; behind that it is the key of a stream. */
function addPad(messages: Uint8Array, at: number, block: Uint8Array, messageBytes: number): void {
  const pad = messageBytes <= BLOCK_BYTES ? block : aes128Stream(block)(messageBytes)
  for (let j = 0; j < messageBytes; j++) messages[at + j] = (messages[at + j] as number) ^ (pad[j] as number)
  if (pad !== block) wipe(pad)
}

function blockAt(blocks: Uint8Array, i: number): Uint8Array {
  return blocks.subarray(BLOCK_BYTES * i, BLOCK_BYTES * (i + 1))
}
