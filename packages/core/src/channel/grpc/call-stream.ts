import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js'
import { type MixunError, mixunError } from '../../errors/index.ts'
import {
  FramedChannel,
  type FrameMessage,
  type MessageStream,
  type TransportPeer,
} from '../framed-channel.ts'

/** How long a server that closed waits for a silent client to end the channel, in milliseconds. */
const LINGER_MS = 30_000

/** A message of `mixun.v1.Frames`. */
export interface CallMessage extends FrameMessage {
  /** The next channel begins. */
  readonly begin?: boolean
}

const BEGIN: CallMessage = { payload: new Uint8Array(0), more: false, end: false, begin: true }

export interface ChannelCallOptions {
  readonly call: ClientDuplexStream<CallMessage, CallMessage> | ServerDuplexStream<CallMessage, CallMessage>
  readonly peer: TransportPeer
  readonly maxFrameBytes: number
  /** Takes the channels that the client begins after the first; null at the client. */
  readonly onChannel: ((channel: FramedChannel) => void) | null
  /** Ends the call at once and tells the peer why, as this role can. */
  readonly cancel: (reason: MixunError) => void
  /** Both ends ended the channel: the next one may begin on this call. */
  readonly onIdle: () => void
}

/** One call of `mixun.v1.Frames`, which carries one channel after the other: a call costs more than a session on it. */
export class ChannelCall {
  readonly #options: ChannelCallOptions
  #channel: FramedChannel | null = null
  /** Number of the current or next channel on this call. */
  #number = 0
  #isPeerGone = false
  #isRetired = false

  constructor(options: ChannelCallOptions) {
    this.#options = options
    options.call.on('data', (message: CallMessage) => this.#receive(message))
    options.call.on('end', () => this.#ended())
    // Behind the listeners: grpc-js holds a peer back only once it was asked for a message.
    this.#channel = this.#begin()
  }

  /** The channel that is open; null between two. The first begins with the call. */
  get channel(): FramedChannel | null {
    return this.#channel
  }

  /** Begins the next channel; the one before has ended. */
  next(): FramedChannel {
    this.#options.call.write(BEGIN)
    this.#channel = this.#begin()
    return this.#channel
  }

  /** Ends a call that carries no channel. */
  retire(): void {
    this.#isRetired = true
    this.#options.call.end()
  }

  /** Ends the call at once. */
  cut(): void {
    if (this.#channel !== null) this.#channel.abort()
    else this.#options.cancel(mixunError('ERR_CHANNEL_CLOSED', 'the call was cut on this side'))
  }

  /** The call is over, for `error`; called by the transport. */
  fail(error: MixunError): void {
    this.#channel?.fail(error)
  }

  #begin(): FramedChannel {
    const { call, peer, maxFrameBytes } = this.#options
    call.pause()
    return new FramedChannel(this.#stream(), peer, maxFrameBytes)
  }

  /** What a channel may do with the call until both ends ended it; nothing afterwards. */
  #stream(): MessageStream {
    const { call, cancel, onChannel } = this.#options
    const number = this.#number
    const isOver = () => number !== this.#number
    return {
      write: message =>
        new Promise((resolve, reject) => {
          call.write(message, (error?: Error | null) => (error ? reject(error) : resolve()))
        }),
      resume: () => {
        if (!isOver()) call.resume()
      },
      pause: () => {
        if (!isOver()) call.pause()
      },
      finish: isPeerEnded => {
        if (isPeerEnded) this.#finished()
      },
      cancel: reason => {
        if (!isOver()) cancel(reason)
      },
      lingerMs: onChannel === null ? null : LINGER_MS,
    }
  }

  #receive(message: CallMessage): void {
    // What began now could not be answered.
    if (this.#isRetired) return
    const { onChannel, cancel } = this.#options
    if (message.begin === true && onChannel !== null && this.#channel === null) {
      this.#channel = this.#begin()
      return onChannel(this.#channel)
    }
    if (message.begin !== true && this.#channel !== null) return this.#channel.take(message)
    const error = mixunError(
      'ERR_DECODE_SCHEMA',
      'expected a channel to begin, and only after the one before',
    )
    if (this.#channel === null) cancel(error)
    else this.#channel.take(error)
  }

  #finished(): void {
    const { call, onIdle } = this.#options
    this.#channel = null
    this.#number++
    if (this.#isPeerGone) return this.retire()
    // To learn of the next channel, and of the end of the call.
    call.resume()
    onIdle()
  }

  /** The peer sends no more: a client that retires the call, or ends its channel so; a server that is gone. */
  #ended(): void {
    this.#isPeerGone = true
    // What a server says with its end, the status of the call says too.
    if (this.#options.onChannel === null) return
    if (this.#channel === null) this.retire()
    else this.#channel.takeEnd()
  }
}
