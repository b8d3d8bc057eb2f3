import type { MixunError } from '../errors/index.ts'
import { Inbox } from './inbox.ts'
import { signalError } from './wait.ts'

const MAX_HELD_FRAMES = 64
const MAX_HELD_BYTES = 4_194_304

interface Sender {
  /** null stands for the end of the direction. */
  readonly frame: Uint8Array | null
  resolve(): void
  reject(error: MixunError): void
}

interface InFlight {
  readonly frame: Uint8Array | null
  /** When its last byte arrives, on the clock of `performance.now`. */
  readonly arrivesAt: number
}

/** One direction of a memory channel: senders in line → frames in flight or unread (bounded) → inbox. */
export class Pipe {
  readonly inbox = new Inbox(() => this.#pump())
  readonly #latencyMs: number
  readonly #bytesPerMs: number
  readonly #senders: Sender[] = []
  readonly #flight: InFlight[] = []
  #heldBytes = 0
  /** When the line is free for the next frame. */
  #lineFreeAt = 0
  #timer: NodeJS.Timeout | undefined
  #isEnding = false
  #failure: MixunError | null = null
  sentFrames = 0
  sentBytes = 0

  constructor(options: { readonly latencyMs?: number; readonly bytesPerSecond?: number }) {
    this.#latencyMs = options.latencyMs ?? 0
    this.#bytesPerMs = (options.bytesPerSecond ?? Number.POSITIVE_INFINITY) / 1_000
  }

  send(frame: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) throw this.#failure
      const sender: Sender = { frame, resolve, reject }
      if (signal !== undefined) this.#watch(sender, signal)
      this.#senders.push(sender)
      this.#admit()
    })
  }

  /** After the frames in line; idempotent. */
  end(): void {
    if (this.#isEnding || this.#failure !== null) return
    this.#isEnding = true
    this.#senders.push({ frame: null, resolve: () => {}, reject: () => {} })
    this.#admit()
  }

  abort(error: MixunError): void {
    if (this.#failure !== null) return
    this.#failure = error
    clearTimeout(this.#timer)
    this.#flight.length = 0
    for (const sender of this.#senders.splice(0)) sender.reject(error)
    this.inbox.abandon(error)
  }

  /** Lets frames from the line in while there is room. */
  #admit(): void {
    for (let next = this.#senders[0]; next !== undefined && this.#hasRoom(next); next = this.#senders[0]) {
      this.#senders.shift()
      const bytes = next.frame?.length ?? 0
      const start = Math.max(performance.now(), this.#lineFreeAt)
      this.#lineFreeAt = start + bytes / this.#bytesPerMs
      this.#flight.push({ frame: next.frame, arrivesAt: this.#lineFreeAt + this.#latencyMs })
      this.#heldBytes += bytes
      if (next.frame !== null) this.sentFrames++
      this.sentBytes += bytes
      next.resolve()
    }
    this.#pump()
  }

  #hasRoom(sender: Sender): boolean {
    if (sender.frame === null || this.#flight.length === 0) return true
    return this.#flight.length < MAX_HELD_FRAMES && this.#heldBytes + sender.frame.length <= MAX_HELD_BYTES
  }

  /** Hands frames that arrived to callers that wait. */
  #pump(): void {
    clearTimeout(this.#timer)
    while (this.inbox.isHungry) {
      const next = this.#flight[0]
      if (next === undefined) return
      const delayMs = next.arrivesAt - performance.now()
      if (delayMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(delayMs))
        return
      }
      this.#flight.shift()
      if (next.frame === null) return this.inbox.end()
      this.#heldBytes -= next.frame.length
      this.inbox.deliver(next.frame)
      this.#admit()
    }
  }

  #watch(sender: Sender, signal: AbortSignal): void {
    const { resolve, reject } = sender
    const onAbort = () => {
      this.#senders.splice(this.#senders.indexOf(sender), 1)
      reject(signalError(signal))
      this.#admit()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    sender.resolve = () => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }
    sender.reject = error => {
      signal.removeEventListener('abort', onAbort)
      reject(error)
    }
  }
}
