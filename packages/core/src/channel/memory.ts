import { type MixunError, mixunError } from '../errors/index.ts'
import { type Channel, type ChannelCounters, DEFAULT_MAX_FRAME_BYTES, type WaitOptions } from './channel.ts'
import { Pipe } from './pipe.ts'
import { checkFrameBytes, throwIfEnded } from './wait.ts'

/** The network that {@link memoryChannelPair} stands for, and its limit. */
export interface MemoryChannelOptions {
  readonly maxFrameBytes?: number
  /** One-way delay, in milliseconds; default 0. */
  readonly latencyMs?: number
  /** Bandwidth each way; unlimited by default. */
  readonly bytesPerSecond?: number
  /** Party names that a transport certificate would give, of the first and the second end. */
  readonly names?: readonly [string | undefined, string | undefined]
}

/** Two connected channels in one process: for tests and benches. Each direction holds at most 64 frames or 4 MiB. */
export function memoryChannelPair(options: MemoryChannelOptions = {}): [Channel, Channel] {
  const forth = new Pipe(options)
  const back = new Pipe(options)
  const maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES
  const [firstName, secondName] = options.names ?? [undefined, undefined]
  return [
    new MemoryChannel(forth, back, secondName, maxFrameBytes),
    new MemoryChannel(back, forth, firstName, maxFrameBytes),
  ]
}

class MemoryChannel implements Channel {
  readonly maxFrameBytes: number
  readonly peerName: string | undefined
  readonly #outgoing: Pipe
  readonly #incoming: Pipe
  #isClosed = false

  constructor(outgoing: Pipe, incoming: Pipe, peerName: string | undefined, maxFrameBytes: number) {
    this.#outgoing = outgoing
    this.#incoming = incoming
    this.peerName = peerName
    this.maxFrameBytes = maxFrameBytes
  }

  get counters(): ChannelCounters {
    return {
      sentFrames: this.#outgoing.sentFrames,
      sentBytes: this.#outgoing.sentBytes,
      receivedFrames: this.#incoming.inbox.receivedFrames,
      receivedBytes: this.#incoming.inbox.receivedBytes,
    }
  }

  async send(frame: Uint8Array, options: WaitOptions = {}): Promise<void> {
    checkFrameBytes(frame.length, this.maxFrameBytes)
    throwIfEnded(options.signal)
    if (this.#isClosed) throw closed('this side closed the channel before')
    await this.#outgoing.send(Uint8Array.from(frame), options.signal)
  }

  receive(options?: WaitOptions): Promise<Uint8Array> {
    return this.#incoming.inbox.receive(options)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#outgoing.end()
  }

  abort(): void {
    const error = closed('the channel was aborted')
    this.#outgoing.abort(error)
    this.#incoming.abort(error)
  }
}

function closed(message: string): MixunError {
  return mixunError('ERR_CHANNEL_CLOSED', message)
}
