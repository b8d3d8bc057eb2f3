import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js'
import { concat } from '../../bytes/index.ts'
import { type MixunError, mixunError } from '../../errors/index.ts'
import type { Channel, ChannelCounters, WaitOptions } from '../channel.ts'
import { Inbox } from '../inbox.ts'
import { checkFrameBytes, throwIfEnded, waitFor } from '../wait.ts'
import { type FrameMessage, MESSAGE_BYTES } from './service.ts'

type Call = ClientDuplexStream<FrameMessage, FrameMessage> | ServerDuplexStream<FrameMessage, FrameMessage>

export interface StreamChannelOptions {
  readonly call: Call
  /** A client's half-close ends its direction; a server's ends the whole call, so it waits for the client's. */
  readonly role: 'client' | 'server'
  /** Ends the call at once and tells the peer why, as this role can. */
  readonly cancel: (reason: MixunError) => void
  readonly peerName: string
  readonly maxFrameBytes: number
}

/** How long a server that closed waits for a silent client to end the call, in milliseconds. */
const LINGER_MS = 30_000

/** A channel over one bidirectional stream of `mixun.v1.Frames`. One frame at a time is on its way out. */
export class StreamChannel implements Channel {
  readonly maxFrameBytes: number
  readonly peerName: string
  readonly #options: StreamChannelOptions
  readonly #call: Call
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

  constructor(options: StreamChannelOptions) {
    const { call } = options
    this.#options = options
    this.#call = call
    this.peerName = options.peerName
    this.maxFrameBytes = options.maxFrameBytes
    this.#inbox = new Inbox(() => call.resume())
    call.on('data', (message: FrameMessage) => this.#take(message))
    call.on('end', () => {
      if (options.role === 'server') this.#takeEnd()
      else this.fail(mixunError('ERR_CHANNEL_CLOSED', 'the peer ended the stream'))
    })
    call.pause()
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
    if (this.#options.role === 'server') {
      this.#linger = setTimeout(() => this.abort(), LINGER_MS).unref()
    }
    this.#enqueue(async () => {
      await this.#writeMessage({ payload: new Uint8Array(0), more: false, end: true })
      this.#isEndSent = true
      this.#endCall()
    }).catch(() => {})
    // Nobody may call receive again; the peer's end is read all the same, else the connection stays up.
    this.#call.resume()
  }

  abort(): void {
    this.#abandon(mixunError('ERR_CHANNEL_CLOSED', 'the channel was aborted on this side'))
  }

  /** The stream is over, for `error`; called by either end on what gRPC reports. */
  fail(error: MixunError): void {
    if (this.#failure !== null) return
    this.#failure = error
    clearTimeout(this.#linger)
    this.#rejectWrite?.(error)
    this.#inbox.fail(error)
  }

  #abandon(error: MixunError): void {
    const wasOver = this.#failure !== null
    this.fail(error)
    this.#inbox.abandon(error)
    if (wasOver) return
    this.#options.cancel(error)
    // What still arrives is read and dropped, so that a peer blocked in its send gets to the end.
    this.#call.resume()
  }

  #endCall(): void {
    if (this.#isEndSent && (this.#isPeerEnded || this.#options.role === 'client')) this.#call.end()
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

  /** Resolves when HTTP/2 took the message, which waits for the peer's flow-control window. */
  #writeMessage(message: FrameMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) throw this.#failure
      this.#rejectWrite = reject
      this.#call.write(message, (error?: Error | null) => {
        this.#rejectWrite = null
        if (error) reject(this.#failure ?? mixunError('ERR_CHANNEL_CLOSED', 'the stream is closed'))
        else resolve()
      })
    })
  }

  #takeEnd(): void {
    if (this.#isPeerEnded) return
    this.#isPeerEnded = true
    this.#inbox.end()
    this.#endCall()
  }

  #take(message: FrameMessage): void {
    if (this.#failure !== null) return
    this.#linger?.refresh()
    if (message.end) return this.#takeEnd()
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
    if (!this.#inbox.isHungry) this.#call.pause()
  }
}
