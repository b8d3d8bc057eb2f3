import { concat } from '../bytes/index.ts'
import { type MixunError, mixunError } from '../errors/index.ts'
import type { Channel, ChannelCounters, WaitOptions } from './channel.ts'
import { Inbox } from './inbox.ts'
import { checkFrameBytes, throwIfEnded, waitFor } from './wait.ts'

/** Largest payload of one message: channels share a connection fairly and transports buffer little. */
export const MESSAGE_BYTES = 262_144

/** What a message transport carries: a frame in pieces of {@link MESSAGE_BYTES}, or the end of the direction. */
export interface FrameMessage {
  readonly payload: Uint8Array
  /** More pieces of this frame follow. */
  readonly more: boolean
  readonly end: boolean
}

/** What a {@link FramedChannel} needs of its transport. */
export interface MessageStream {
  /** Resolves when the transport took the message, which waits for a peer that does not read. */
  write(message: FrameMessage): Promise<void>
  /** Lets messages come, or holds them back. */
  resume(): void
  pause(): void
  /** This side's end is sent. */
  finish(isPeerEnded: boolean): void
  /** Ends the stream at once and tells the peer why, as far as the transport can. */
  cancel(reason: MixunError): void
  /** How long to wait for a silent peer's end after the own one, in milliseconds; null where nothing waits for it. */
  readonly lingerMs: number | null
}

/** Who is at the other end, as its transport certificate says. */
export interface TransportPeer {
  readonly peerName: string
  /** Fingerprint of the certificate; undefined at the side that dialled. */
  readonly peerCertificateDigest?: Uint8Array | undefined
}

/** A channel over a stream of messages. One frame at a time is on its way out. */
export class FramedChannel implements Channel {
  readonly maxFrameBytes: number
  readonly peerName: string
  readonly peerCertificateDigest: Uint8Array | undefined
  readonly #stream: MessageStream
  readonly #inbox: Inbox
  #pieces: Uint8Array[] = []
  #pieceBytes = 0
  #sentFrames = 0
  #sentBytes = 0
  /** The last frame in line; the next one starts after it. */
  #line: Promise<void> = Promise.resolve()
  #failure: MixunError | null = null
  #rejectWrite: ((error: MixunError) => void) | null = null
  #isClosed = false
  #isEndSent = false
  #isPeerEnded = false
  #linger: NodeJS.Timeout | undefined

  constructor(stream: MessageStream, peer: TransportPeer, maxFrameBytes: number) {
    this.#stream = stream
    this.peerName = peer.peerName
    this.peerCertificateDigest = peer.peerCertificateDigest
    this.maxFrameBytes = maxFrameBytes
    this.#inbox = new Inbox(() => stream.resume())
  }

  get counters(): ChannelCounters {
    return {
      sentFrames: this.#sentFrames,
      sentBytes: this.#sentBytes,
      receivedFrames: this.#inbox.receivedFrames,
      receivedBytes: this.#inbox.receivedBytes,
    }
  }

  async send(frame: Uint8Array, options: WaitOptions = {}): Promise<void> {
    checkFrameBytes(frame.length, this.maxFrameBytes)
    throwIfEnded(options.signal)
    this.#checkOpen()
    const copy = Uint8Array.from(frame)
    await waitFor(
      this.#enqueue(async () => {
        // A frame whose caller gave up while it stood in line is withdrawn; one on its way goes out whole.
        if (options.signal?.aborted) return
        await this.#write(copy)
        this.#sentFrames++
        this.#sentBytes += copy.length
      }),
      options.signal,
    )
  }

  receive(options?: WaitOptions): Promise<Uint8Array> {
    return this.#inbox.receive(options)
  }

  async close(): Promise<void> {
    if (this.#isClosed || this.#failure !== null) return
    this.#isClosed = true
    const { lingerMs } = this.#stream
    if (lingerMs !== null) this.#linger = setTimeout(() => this.abort(), lingerMs).unref()
    this.#enqueue(async () => {
      // A call that broke carries no other channel.
      if (this.#failure !== null) return
      const written = this.#writeMessage({ payload: new Uint8Array(0), more: false, end: true })
      // What the transport takes from now on stands behind it, and a peer may answer before we are told that it left.
      this.#isEndSent = true
      this.#finish()
      await written
    }).catch(() => {})
    // Nobody may call receive again; the peer's end is read all the same, else the connection stays up.
    this.#stream.resume()
  }

  abort(): void {
    this.#abandon(mixunError('ERR_CHANNEL_CLOSED', 'the channel was aborted on this side'))
  }

  /** The stream is over, for `error`; called by the transport. */
  fail(error: MixunError): void {
    if (this.#failure !== null) return
    this.#failure = error
    clearTimeout(this.#linger)
    this.#rejectWrite?.(error)
    this.#inbox.fail(error)
  }

  /** A message arrived; called by the transport, also for what it cannot read. */
  take(message: FrameMessage | MixunError): void {
    if (this.#failure !== null) return
    if (message instanceof Error) return this.#abandon(message)
    this.#linger?.refresh()
    if (message.end) return this.takeEnd()
    if (message.more && message.payload.length !== MESSAGE_BYTES) {
      return this.#abandon(
        mixunError('ERR_DECODE_LENGTH', `expected pieces of ${MESSAGE_BYTES} bytes before the last`),
      )
    }
    this.#pieceBytes += message.payload.length
    if (this.#pieceBytes > this.maxFrameBytes) {
      return this.#abandon(
        mixunError('ERR_LIMIT_FRAME_BYTES', `the peer sent a frame above ${this.maxFrameBytes} bytes`),
      )
    }
    this.#pieces.push(message.payload)
    if (message.more) return
    const frame = concat(...this.#pieces)
    this.#pieces = []
    this.#pieceBytes = 0
    this.#inbox.deliver(frame)
    if (!this.#inbox.isHungry) this.#stream.pause()
  }

  /** The peer ended its direction; called by the transport that says so by other means than a message. */
  takeEnd(): void {
    if (this.#isPeerEnded) return
    this.#isPeerEnded = true
    this.#inbox.end()
    this.#finish()
  }

  #abandon(error: MixunError): void {
    const wasOver = this.#failure !== null
    this.fail(error)
    this.#inbox.abandon(error)
    if (wasOver) return
    this.#stream.cancel(error)
    // What still arrives is read and dropped, so that a peer blocked in its send gets to the end.
    this.#stream.resume()
  }

  #finish(): void {
    if (!this.#isEndSent) return
    if (this.#isPeerEnded) clearTimeout(this.#linger)
    this.#stream.finish(this.#isPeerEnded)
  }

  #checkOpen(): void {
    if (this.#failure !== null) throw this.#failure
    if (this.#isClosed) throw mixunError('ERR_CHANNEL_CLOSED', 'this side closed the channel before')
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#line.then(work)
    this.#line = done.catch(() => {})
    return done
  }

  async #write(frame: Uint8Array): Promise<void> {
    let begin = 0
    do {
      const end = Math.min(begin + MESSAGE_BYTES, frame.length)
      await this.#writeMessage({ payload: frame.subarray(begin, end), more: end < frame.length, end: false })
      begin = end
    } while (begin < frame.length)
  }

  #writeMessage(message: FrameMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) throw this.#failure
      const settle = (end: () => void) => () => {
        this.#rejectWrite = null
        end()
      }
      this.#rejectWrite = reject
      this.#stream.write(message).then(
        settle(resolve),
        settle(() => reject(this.#failure ?? mixunError('ERR_CHANNEL_CLOSED', 'the stream is closed'))),
      )
    })
  }
}
