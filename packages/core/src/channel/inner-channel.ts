import { type MixunError, mixunError } from '../errors/index.ts'
import type { Channel, ChannelCounters, WaitOptions } from './channel.ts'
import { Inbox } from './inbox.ts'
import { LONGEST_PREFIX_BYTES, type Link, RECORD_OVERHEAD_BYTES, RecordType } from './inner/index.ts'
import { checkFrameBytes, throwIfEnded, waitFor } from './wait.ts'

/** What the inner channel takes of the largest frame of the transport, in bytes. */
export const INNER_OVERHEAD_BYTES = LONGEST_PREFIX_BYTES + RECORD_OVERHEAD_BYTES

/**
 * A {@link Channel} whose frames are the records of a link over another channel. Counters are those of the
 * frames inside. One frame at a time is on its way out, and the transport is read only for callers that wait, so that
 * its back-pressure is this channel's.
 */
export class InnerChannel implements Channel {
  readonly maxFrameBytes: number
  readonly peerName: string
  readonly #transport: Channel
  readonly #link: Link
  readonly #inbox = new Inbox(() => void this.#pump())
  #isPumping = false
  #sentFrames = 0
  #sentBytes = 0
  /** The last frame in line; the next one is sealed after it left, for a withdrawn one must have no number. */
  #line: Promise<void> = Promise.resolve()
  #failure: MixunError | null = null
  #isClosed = false
  #isHalfOver = false

  /** @param peerName the party at the other end of `link` */
  constructor(transport: Channel, link: Link, peerName: string) {
    this.#transport = transport
    this.#link = link
    this.peerName = peerName
    this.maxFrameBytes = transport.maxFrameBytes - INNER_OVERHEAD_BYTES
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
    if (this.#failure !== null) throw this.#failure
    if (this.#isClosed) throw mixunError('ERR_CHANNEL_CLOSED', 'this side closed the channel before')
    const copy = Uint8Array.from(frame)
    const sending = this.#enqueue(async () => {
      if (options.signal?.aborted) return
      if (this.#failure !== null) throw this.#failure
      await this.#link.write(RecordType.data, copy)
      this.#sentFrames++
      this.#sentBytes += copy.length
    })
    await waitFor(sending, options.signal)
  }

  receive(options?: WaitOptions): Promise<Uint8Array> {
    return this.#inbox.receive(options)
  }

  async close(): Promise<void> {
    if (this.#isClosed || this.#failure !== null) return
    this.#isClosed = true
    this.#enqueue(async () => {
      await this.#link.write(RecordType.close, new Uint8Array(0))
      // A resumption that is not known takes another handshake, for which the transport has to stay open.
      await this.#link.ready
      await this.#transport.close()
      this.#leave()
    }).catch(() => this.#transport.abort())
  }

  abort(): void {
    this.#end(mixunError('ERR_CHANNEL_CLOSED', 'the channel was aborted on this side'))
  }

  /** Hands records to callers that wait. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#inbox.isHungry) {
        const { type, payload } = await this.#link.read()
        if (type === RecordType.close) {
          this.#inbox.end()
          return this.#leave()
        }
        if (type === RecordType.start) continue
        checkFrameBytes(payload.length, this.maxFrameBytes)
        this.#inbox.deliver(payload)
      }
    } catch (error) {
      this.#end(error as MixunError)
    } finally {
      this.#isPumping = false
    }
  }

  /** The keys go when both directions ended. */
  #leave(): void {
    if (this.#isHalfOver) this.#link.wipe()
    this.#isHalfOver = true
  }

  #end(error: MixunError): void {
    if (this.#failure !== null) return
    this.#failure = error
    this.#inbox.abandon(error)
    this.#transport.abort()
    this.#link.wipe()
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#line.then(work)
    this.#line = done.catch(() => {})
    return done
  }
}
