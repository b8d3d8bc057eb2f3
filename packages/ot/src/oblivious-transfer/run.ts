/**
 * Correlated and chosen oblivious transfer and one of many, from the random OTs of an extension.
 *
 *   sender(r0, r1)                                  receiver(u, r[u]; choice c)
 *                              ◄──── chunk ─────    OT extension
 *                              ◄──── e ─────────    e = c ⊕ u: which pairs the sender swaps
 *   correlated(Δ)              ───── r0 ⊕ r1 ⊕ Δ ──►
 *   chosen(m0, m1)             ───── m0 ⊕ r0, m1 ⊕ r1 ──►
 *   one of n, of log2 n OTs    ───── m[x] ⊕ Σ PRG(key of bit t of x) ──►
 *
 * Source: Beaver's derandomization ("Precomputing Oblivious Transfer", CRYPTO 1995); Asharov, Lindell, Schneider and
 * Zohner (CCS 2013) for correlated OT; Naor and Pinkas (Journal of Cryptology 2005) for one of n.
 *
 * Adversary: that of the extension below. A sender may always send messages of its own making: of correlated OT, pairs
 * that do not differ by one Δ; of one of n, a pad that fits no message. What the receiver does with a message must not
 * tell the sender whether it was good.
 *
 * Leaks: counts and lengths. Not constant time: as the extension.
 */
import { concat } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { bitAt, bitBytes, checkBits } from '../base-ot/index.ts'
import {
  BLOCK_BYTES,
  chunkCounts,
  type ExtensionReceiver,
  type ExtensionSender,
  type OtExtensionOptions,
  openExtensionReceiver,
  openExtensionSender,
  type OtExtensionParameters,
  type ReceivedOts,
  type ReceiverSetup,
  runReceiverChunk,
  runSenderChunk,
  type SenderSetup,
  type SentOts,
} from '../ot-extension/index.ts'
import {
  applyCorrelation,
  arrange,
  checkMessageBytes,
  correlate,
  flipsFor,
  maskPairs,
  unmaskChosen,
} from './derandomize.ts'
import { expectLength, frames } from './frames.ts'
import type { OtReceiver, OtSender } from './functionality.ts'
import { indexBits, keepMasked, maskMany, unmaskOne } from './one-of-many.ts'

/** The sender's end over a session of OT extension. @throws as `openExtensionSender` */
export async function openOtSender(
  session: Session,
  setup: SenderSetup,
  options: OtExtensionOptions = {},
): Promise<OtSender> {
  return new SenderEnd(session, await openExtensionSender(session, setup, options))
}

/** The receiver's end. @throws as `openExtensionReceiver` */
export async function openOtReceiver(
  session: Session,
  setup: ReceiverSetup,
  options: OtExtensionOptions = {},
): Promise<OtReceiver> {
  return new ReceiverEnd(session, await openExtensionReceiver(session, setup, options))
}

/** What both ends have. */
abstract class End<E extends ExtensionSender | ExtensionReceiver> {
  protected readonly session: Session
  protected readonly extension: E

  constructor(session: Session, extension: E) {
    this.session = session
    this.extension = extension
  }

  get parameters(): OtExtensionParameters {
    return this.extension.parameters
  }

  end(): void {
    this.extension.end()
  }

  /** A frame of a length that both sides know; whatever goes wrong ends the extension. */
  protected async receiveExactly(bytes: number): Promise<Uint8Array> {
    try {
      return expectLength(await this.session.receive(), bytes)
    } catch (error) {
      this.extension.end()
      throw error
    }
  }
}

class SenderEnd extends End<ExtensionSender> implements OtSender {
  async *random(count: number): AsyncIterable<SentOts> {
    for (const size of chunkCounts(this.parameters, count)) {
      yield await runSenderChunk(this.session, this.extension, size)
    }
  }

  async correlated(delta: Uint8Array, count: number): Promise<Uint8Array> {
    checkDelta(delta)
    const parts: Uint8Array[] = []
    for (const size of chunkCounts(this.parameters, count)) {
      const ots = await this.#arranged(size)
      const corrections = correlate(ots, delta)
      for (const { from, size: some } of frames(size, BLOCK_BYTES)) {
        await this.session.send(corrections.slice(BLOCK_BYTES * from, BLOCK_BYTES * (from + some)))
      }
      parts.push(ots.zeros)
    }
    return concat(...parts)
  }

  async chosen(zeros: Uint8Array, ones: Uint8Array, messageBytes: number): Promise<void> {
    const count = messageCount(zeros, messageBytes)
    if (ones.length !== zeros.length) {
      fail('ERR_INPUT_LENGTH', `expected ${zeros.length} bytes of second messages, found ${ones.length}`)
    }
    let done = 0
    for (const size of chunkCounts(this.parameters, count)) {
      const ots = await this.#arranged(size)
      for (const { from, size: some } of frames(size, 2 * messageBytes)) {
        const [start, end] = [messageBytes * (done + from), messageBytes * (done + from + some)]
        const pairs = [zeros.subarray(start, end), ones.subarray(start, end)] as const
        await this.session.send(maskPairs(ots, from, ...pairs, messageBytes))
      }
      done += size
    }
  }

  async oneOfMany(databases: readonly Uint8Array[], messageBytes: number): Promise<void> {
    const [first] = databases
    const n = messageCount(first ?? new Uint8Array(0), messageBytes)
    if (databases.some(database => database.length !== n * messageBytes)) {
      fail('ERR_INPUT_LENGTH', `expected ${n} messages of ${messageBytes} bytes in every database`)
    }
    const bits = indexBits(n)
    let keys: { zeros: Uint8Array; ones: Uint8Array }[] = []
    for (const size of chunkCounts(this.parameters, bits * databases.length)) {
      keys = [...keys, await this.#arranged(size)]
    }
    const [zeros, ones] = [concat(...keys.map(part => part.zeros)), concat(...keys.map(part => part.ones))]
    for (const [i, database] of databases.entries()) {
      const pairs = Array.from({ length: bits }, (_, t) => {
        const range = [BLOCK_BYTES * (bits * i + t), BLOCK_BYTES * (bits * i + t + 1)] as const
        return [zeros.subarray(...range), ones.subarray(...range)] as const
      })
      for (const { from, size } of frames(n, messageBytes)) {
        const part = database.subarray(messageBytes * from, messageBytes * (from + size))
        await this.session.send(maskMany(pairs, from, part, messageBytes))
      }
    }
  }

  /** A chunk whose pairs are in the order of the receiver's choices. */
  async #arranged(count: number): Promise<SentOts> {
    const ots = await runSenderChunk(this.session, this.extension, count)
    return arrange(ots, await this.receiveExactly(bitBytes(count)))
  }
}

class ReceiverEnd extends End<ExtensionReceiver> implements OtReceiver {
  async *random(count: number): AsyncIterable<ReceivedOts> {
    for (const size of chunkCounts(this.parameters, count)) {
      yield await runReceiverChunk(this.session, this.extension, size)
    }
  }

  async correlated(choices: Uint8Array, count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const { ots, bits } of this.#chosenChunks(choices, count)) {
      const corrections: Uint8Array[] = []
      for (const { size } of frames(ots.count, BLOCK_BYTES)) {
        corrections.push(await this.receiveExactly(BLOCK_BYTES * size))
      }
      parts.push(applyCorrelation(ots, bits, concat(...corrections)))
    }
    return concat(...parts)
  }

  async chosen(choices: Uint8Array, count: number, messageBytes: number): Promise<Uint8Array> {
    checkMessageBytes(messageBytes)
    const parts: Uint8Array[] = []
    for await (const { ots, bits } of this.#chosenChunks(choices, count)) {
      for (const { from, size } of frames(ots.count, 2 * messageBytes)) {
        const masked = await this.receiveExactly(2 * messageBytes * size)
        parts.push(unmaskChosen(ots, from, bits, masked, messageBytes))
      }
    }
    return concat(...parts)
  }

  async oneOfMany(indices: readonly number[], n: number, messageBytes: number): Promise<Uint8Array[]> {
    checkMessageBytes(messageBytes)
    const bits = indexBits(n)
    if (indices.some(index => !Number.isSafeInteger(index) || index < 0 || index >= n)) {
      fail('ERR_INPUT_RANGE', `expected indices below ${n}`)
    }
    const choices = packIndices(indices, bits)
    const keys: Uint8Array[] = []
    for await (const { ots } of this.#chosenChunks(choices, bits * indices.length)) keys.push(ots.messages)
    const blocks = concat(...keys)
    const messages: Uint8Array[] = []
    for (const [i, index] of indices.entries()) {
      let kept: Uint8Array = new Uint8Array(messageBytes)
      for (const { from, size } of frames(n, messageBytes)) {
        const masked = await this.receiveExactly(messageBytes * size)
        kept = keepMasked(kept, index, from, masked)
      }
      const own = Array.from({ length: bits }, (_, t) =>
        blocks.subarray(BLOCK_BYTES * (bits * i + t), BLOCK_BYTES * (bits * i + t + 1)),
      )
      messages.push(unmaskOne(own, index, kept))
    }
    return messages
  }

  /** Chunks whose choices the sender has been told to turn into these, with the bits of each. */
  async *#chosenChunks(
    choices: Uint8Array,
    count: number,
  ): AsyncGenerator<{ ots: ReceivedOts; bits: Uint8Array }> {
    const sizes = chunkCounts(this.parameters, count)
    checkBits(choices, count)
    let done = 0
    for (const size of sizes) {
      // Chunks are whole bytes of bits, but for the last.
      const bits = choices.subarray(done / 8, done / 8 + bitBytes(size))
      const ots = await runReceiverChunk(this.session, this.extension, size)
      await this.session.send(flipsFor(ots, bits))
      yield { ots, bits }
      done += size
    }
  }
}

function packIndices(indices: readonly number[], bits: number): Uint8Array {
  const packed = new Uint8Array(bitBytes(bits * indices.length))
  for (const [i, index] of indices.entries()) {
    const index32 = Uint8Array.of(index, index >>> 8, index >>> 16)
    for (let t = 0; t < bits; t++) {
      const at = bits * i + t
      packed[at >>> 3] = (packed[at >>> 3] as number) | (bitAt(index32, t) << (at & 7))
    }
  }
  return packed
}

function messageCount(messages: Uint8Array, messageBytes: number): number {
  checkMessageBytes(messageBytes)
  if (messages.length === 0 || messages.length % messageBytes !== 0) {
    fail('ERR_INPUT_LENGTH', `expected messages of ${messageBytes} bytes each, at least one`)
  }
  return messages.length / messageBytes
}

function checkDelta(delta: Uint8Array): void {
  if (delta.length !== BLOCK_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a delta of ${BLOCK_BYTES} bytes, found ${delta.length}`)
  }
}
