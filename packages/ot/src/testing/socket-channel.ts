import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Channel, WaitOptions } from '@mixun/core/channel'
import { fail, mixunError, type MixunError } from '@mixun/core/errors'

const MAX_FRAME_BYTES = 1_048_576
const HEADER_BYTES = 4
/** Frames that wait for a reader before the socket is held back. */
const MAX_QUEUED_FRAMES = 4

/**
 * A channel over a plain TCP connection of this machine, frames behind their lengths, for tests and benches between
 * processes: no authentication, no encryption. Real parties use gRPC or WebSockets under TLS.
 */
export class SocketChannel implements Channel {
  readonly maxFrameBytes = MAX_FRAME_BYTES
  readonly peerName = undefined
  readonly counters = { sentFrames: 0, sentBytes: 0, receivedFrames: 0, receivedBytes: 0 }
  readonly #socket: Socket
  readonly #frames: Uint8Array[] = []
  #pieces: Buffer[] = []
  #pieceBytes = 0
  #wake: (() => void) | null = null
  #end: MixunError | null = null

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true)
    socket.on('data', piece => this.#take(piece))
    socket.on('close', () => this.#stop('the connection is closed'))
    socket.on('error', () => this.#stop('the connection failed'))
  }

  async send(frame: Uint8Array, { signal }: WaitOptions = {}): Promise<void> {
    if (frame.length > MAX_FRAME_BYTES) fail('ERR_LIMIT_FRAME_BYTES', 'expected a smaller frame')
    if (this.#end !== null) throw this.#end
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeUInt32BE(frame.length)
    this.#socket.write(header)
    this.counters.sentFrames++
    this.counters.sentBytes += frame.length
    if (!this.#socket.write(frame)) {
      await once(this.#socket, 'drain', signal === undefined ? {} : { signal }).catch(() => {
        throw this.#end ?? mixunError('ERR_CHANNEL_ABORTED', 'the wait was aborted')
      })
    }
  }

  async receive({ signal }: WaitOptions = {}): Promise<Uint8Array> {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) {
        if (this.#frames.length < MAX_QUEUED_FRAMES) this.#socket.resume()
        return frame
      }
      if (this.#end !== null) throw this.#end
      if (signal?.aborted) fail('ERR_CHANNEL_TIMEOUT', 'the wait was aborted')
      await new Promise<void>(resolve => {
        this.#wake = resolve
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
      this.#wake = null
    }
  }

  async close(): Promise<void> {
    this.#socket.end()
  }

  abort(): void {
    this.#socket.destroy()
    this.#stop('the channel was aborted')
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#pieceBytes += piece.length
    while (this.#pieceBytes >= HEADER_BYTES) {
      const [first] = this.#pieces as [Buffer]
      if (first.length < HEADER_BYTES) this.#pieces = [Buffer.concat(this.#pieces)]
      const length = (this.#pieces[0] as Buffer).readUInt32BE()
      if (length > MAX_FRAME_BYTES) return this.abort()
      if (this.#pieceBytes < HEADER_BYTES + length) return
      const all = Buffer.concat(this.#pieces)
      this.#frames.push(all.subarray(HEADER_BYTES, HEADER_BYTES + length))
      this.counters.receivedFrames++
      this.counters.receivedBytes += length
      const rest = all.subarray(HEADER_BYTES + length)
      this.#pieces = rest.length === 0 ? [] : [rest]
      this.#pieceBytes = rest.length
    }
    if (this.#frames.length >= MAX_QUEUED_FRAMES) this.#socket.pause()
    this.#wake?.()
  }

  #stop(message: string): void {
    this.#end ??= mixunError('ERR_CHANNEL_CLOSED', message)
    this.#wake?.()
  }
}
