import { type RawData, WebSocket } from 'ws'
import { MixunError, mixunError } from '../../errors/index.ts'
import {
  FramedChannel,
  type FrameMessage,
  type MessageStream,
  type TransportPeer,
} from '../framed-channel.ts'
import { CloseCode, closeError, socketError } from './errors.ts'
import { type Credit, decodeMessage, encodeBegin, encodeCredit, encodeMessage } from './wire.ts'

/** Messages that may be on their way to a receiver that does not read. */
export const WINDOW = 16

/** How long a side that ended waits for a silent peer's end, in milliseconds. */
const LINGER_MS = 30_000
/** How long a close handshake may take, in milliseconds. */
const CLOSING_MS = 2_000

export interface SocketOptions extends TransportPeer {
  readonly maxFrameBytes: number
  readonly keepaliveMs: number
  readonly keepaliveTimeoutMs: number
  /** Both ends ended the channel: the next one may begin on this socket. */
  readonly onIdle: () => void
  readonly onClosed: () => void
}

/**
 * One WebSocket of an authenticated party, which carries one channel after the other. The receiver grants the sender a
 * window of messages and more as it reads, so the socket itself is never paused: pings are answered and a cut is
 * noticed however slow the reader is.
 */
export class ChannelSocket {
  readonly #socket: WebSocket
  readonly #options: SocketOptions
  /** Takes channels that the peer begins; null where only this side begins them. */
  readonly #onChannel: ((channel: FramedChannel) => void) | null
  readonly #keepalive: NodeJS.Timeout
  #channel: FramedChannel | null = null
  /** Number of the current or next channel on this socket. */
  #number = 0
  #credit = WINDOW
  /** The write that waits for room; there is at most one. */
  #waiting: PromiseWithResolvers<void> | null = null
  /** Messages taken and not granted anew. */
  #taken = 0
  #isPaused = false
  /** Something came from the peer since the last look. */
  #isHeard = true
  /** Runs from a ping until something comes back. */
  #pingTimer: NodeJS.Timeout | undefined

  constructor(
    socket: WebSocket,
    options: SocketOptions,
    onChannel: ((channel: FramedChannel) => void) | null = null,
  ) {
    this.#socket = socket
    this.#options = options
    this.#onChannel = onChannel
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    for (const event of ['ping', 'pong'] as const) socket.on(event, () => this.#hear())
    socket.on('error', error => this.#fail(socketError(error, options.peerName)))
    socket.on('close', code => this.#closed(code))
    this.#keepalive = setInterval(() => this.#checkAlive(), options.keepaliveMs).unref()
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  get isIdle(): boolean {
    return this.#channel === null
  }

  /** Begins the next channel; the one before has ended. */
  open(): FramedChannel {
    this.#send(encodeBegin()).catch(() => {})
    return this.#begin()
  }

  /** Ends a socket that carries no channel. */
  retire(): void {
    this.#end(CloseCode.goingAway)
  }

  /** Cuts the socket at once. */
  cut(): void {
    this.#socket.terminate()
  }

  #begin(): FramedChannel {
    this.#credit = WINDOW
    this.#taken = 0
    this.#isPaused = false
    const channel = new FramedChannel(this.#stream(), this.#options, this.#options.maxFrameBytes)
    this.#channel = channel
    return channel
  }

  /** What a channel may do with the socket until both ends ended it; nothing afterwards. */
  #stream(): MessageStream {
    const number = this.#number
    const isOver = () => number !== this.#number
    return {
      lingerMs: LINGER_MS,
      write: message => this.#write(message),
      pause: () => {
        if (!isOver()) this.#isPaused = true
      },
      resume: () => {
        if (isOver()) return
        this.#isPaused = false
        this.#grant()
      },
      finish: isPeerEnded => {
        if (isPeerEnded) this.#finished()
      },
      cancel: reason => {
        if (isOver()) return
        if (reason.code === 'ERR_CHANNEL_CLOSED') this.cut()
        else this.#end(reason.code === 'ERR_LIMIT_FRAME_BYTES' ? CloseCode.tooBig : CloseCode.policy)
      },
    }
  }

  async #write(message: FrameMessage): Promise<void> {
    // The end needs no room: a reader that is full must learn of it all the same.
    if (!message.end) {
      if (this.#credit === 0) await (this.#waiting = Promise.withResolvers<void>()).promise
      this.#credit--
    }
    await this.#send(encodeMessage(message))
  }

  #send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(bytes, error => (error ? reject(error) : resolve()))
    })
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#hear()
    try {
      if (!isBinary) throw mixunError('ERR_DECODE_SCHEMA', 'expected a binary message')
      const received = decodeMessage(data as Buffer)
      if (received.kind === 'credit') return this.#takeCredit(received.credit)
      if (received.kind === 'begin') return this.#takeBegin()
      this.#takeMessage(received.message)
    } catch (error) {
      if (!(error instanceof MixunError)) throw error
      if (this.#channel === null) this.cut()
      else this.#channel.take(error)
    }
  }

  #takeBegin(): void {
    if (this.#onChannel === null || this.#channel !== null) {
      throw mixunError('ERR_DECODE_SCHEMA', 'expected no channel to begin')
    }
    this.#onChannel(this.#begin())
  }

  #takeMessage(message: FrameMessage): void {
    if (this.#channel === null) throw mixunError('ERR_DECODE_SCHEMA', 'expected a channel to begin first')
    if (!message.end && ++this.#taken > WINDOW) {
      throw mixunError('ERR_DECODE_SCHEMA', `expected at most ${WINDOW} messages ahead of the reader`)
    }
    this.#channel.take(message)
    this.#grant()
  }

  #takeCredit({ channel, messages }: Credit): void {
    if (channel !== this.#number) return // of the channel before
    if (this.#credit + messages > WINDOW) {
      throw mixunError('ERR_DECODE_SCHEMA', `expected a window of ${WINDOW} messages`)
    }
    this.#credit += messages
    this.#waiting?.resolve()
    this.#waiting = null
  }

  /** In batches, so that an exchange of few frames has no message of its own for it. */
  #grant(): void {
    if (this.#isPaused || this.#taken < WINDOW / 2 || !this.isOpen) return
    const credit = { channel: this.#number, messages: this.#taken }
    this.#taken = 0
    this.#send(encodeCredit(credit)).catch(() => {})
  }

  #finished(): void {
    this.#channel = null
    this.#number++
    this.#options.onIdle()
  }

  #checkAlive(): void {
    if (this.#channel === null || !this.isOpen) return
    if (this.#isHeard) {
      this.#isHeard = false
      return
    }
    if (this.#pingTimer !== undefined) return
    this.#socket.ping()
    this.#pingTimer = setTimeout(() => this.cut(), this.#options.keepaliveTimeoutMs).unref()
  }

  #hear(): void {
    this.#isHeard = true
    clearTimeout(this.#pingTimer)
    this.#pingTimer = undefined
  }

  #end(code: number): void {
    this.#socket.close(code)
    setTimeout(() => this.#socket.terminate(), CLOSING_MS).unref()
  }

  #closed(code: number): void {
    clearInterval(this.#keepalive)
    clearTimeout(this.#pingTimer)
    this.#fail(closeError(code, this.#options.peerName))
    this.#options.onClosed()
  }

  #fail(error: MixunError): void {
    this.#channel?.fail(error)
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
