import type { OtExtensionParameters } from '../ot-extension/index.ts'
import type { ReceivedOts, SentOts } from '../ot-extension/index.ts'

/**
 * The sender's end of any number of oblivious transfers with one peer: what garbling and set intersection call. Both
 * sides make the same calls in the same order with the same counts. After an error the end is ended.
 *
 * Calls throw ERR_INPUT_RANGE and ERR_INPUT_LENGTH before anything is sent; ERR_VERIFY_OT_EXTENSION and ERR_DECODE_… for
 * a peer that cheats; ERR_STATE_CONSUMED after {@link OtSender.end}; and the errors of the session.
 */
export interface OtSender {
  readonly parameters: OtExtensionParameters
  /** Random OT, chunk by chunk: memory for one chunk, however many there are. */
  random(count: number): AsyncIterable<SentOts>
  /**
   * Correlated OT: of each pair the second message is the first plus `delta`.
   *
   * @param delta 16 bytes, secret
   * @returns the first messages, a block an OT; secret
   */
  correlated(delta: Uint8Array, count: number): Promise<Uint8Array>
  /**
   * Chosen OT.
   *
   * @param zeros the first messages one after another, of `messageBytes` bytes each; secret
   * @param ones the second ones, as many
   */
  chosen(zeros: Uint8Array, ones: Uint8Array, messageBytes: number): Promise<void>
  /**
   * One of n, an instance a database.
   *
   * @param databases n messages of `messageBytes` bytes each, one after another; n is the same for all; secret
   */
  oneOfMany(databases: readonly Uint8Array[], messageBytes: number): Promise<void>
  /** Zeroes what is secret. Idempotent. */
  end(): void
}

/** The receiver's end, as {@link OtSender}. */
export interface OtReceiver {
  readonly parameters: OtExtensionParameters
  random(count: number): AsyncIterable<ReceivedOts>
  /**
   * @param choices packed bits, least significant first, zeros behind the last; secret
   * @returns a block an OT: the pair's first message, plus the sender's delta where the bit is set
   */
  correlated(choices: Uint8Array, count: number): Promise<Uint8Array>
  /** @returns the chosen messages one after another */
  chosen(choices: Uint8Array, count: number, messageBytes: number): Promise<Uint8Array>
  /**
   * @param indices of each instance, below n; secret
   * @param n messages of each database
   * @returns the message of each instance
   */
  oneOfMany(indices: readonly number[], n: number, messageBytes: number): Promise<Uint8Array[]>
  end(): void
}
