import { type MixunError, mixunError } from '../errors/index.ts'
import type { WaitOptions } from './channel.ts'
import { signalError, throwIfEnded } from './wait.ts'

interface Waiter {
  resolve(frame: Uint8Array): void
  reject(error: MixunError): void
}

/** The receiving half of a channel: frames that arrived and callers that wait, each in order. */
export class Inbox {
  readonly #frames: Uint8Array[] = []
  readonly #waiters: Waiter[] = []
  /** What `receive` throws once the frames are used up; null while more may come. */
  #end: (() => MixunError) | null = null
  /** Called when a caller waits and nothing is here: the transport may read on. */
  readonly #onHungry: () => void
  receivedFrames = 0
  receivedBytes = 0

  constructor(onHungry: () => void) {
    this.#onHungry = onHungry
  }

  get isHungry(): boolean {
    return this.#waiters.length > 0
  }

  deliver(frame: Uint8Array): void {
    if (this.#end !== null) return
    const waiter = this.#waiters.shift()
    if (waiter === undefined) this.#frames.push(frame)
    else this.#handOut(waiter, frame)
  }

  /** The peer sends no more; what is here is still handed out. */
  end(): void {
    // Made when somebody asks: the end of an answered session is nobody's error.
    this.#finish(() => mixunError('ERR_CHANNEL_CLOSED', 'expected a frame, but the peer closed the channel'))
  }

  /** The transport is gone; what is here is dropped, unless the peer had ended before. */
  fail(error: MixunError): void {
    if (this.#end === null) this.abandon(error)
  }

  /** Nobody wants more; what is here is dropped. */
  abandon(error: MixunError): void {
    this.#frames.length = 0
    this.#finish(() => error)
  }

  receive(options: WaitOptions = {}): Promise<Uint8Array> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      throwIfEnded(signal)
      const waiter: Waiter = { resolve, reject }
      const frame = this.#frames.shift()
      if (frame !== undefined) return this.#handOut(waiter, frame)
      if (this.#end !== null) throw this.#end()
      if (signal !== undefined) this.#watch(waiter, signal)
      this.#waiters.push(waiter)
      this.#onHungry()
    })
  }

  #handOut(waiter: Waiter, frame: Uint8Array): void {
    this.receivedFrames++
    this.receivedBytes += frame.length
    waiter.resolve(frame)
  }

  #finish(error: () => MixunError): void {
    if (this.#end !== null) return
    this.#end = error
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error())
  }

  /** Lets `signal` end the wait; a frame that comes later goes to the next caller. */
  #watch(waiter: Waiter, signal: AbortSignal): void {
    const { resolve, reject } = waiter
    const onAbort = () => {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
      reject(signalError(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    waiter.resolve = frame => {
      signal.removeEventListener('abort', onAbort)
      resolve(frame)
    }
    waiter.reject = error => {
      signal.removeEventListener('abort', onAbort)
      reject(error)
    }
  }
}
