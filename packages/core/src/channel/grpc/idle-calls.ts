import type { ChannelCall } from './call-stream.ts'

/** Calls between two channels. One that waits for too long is retired. */
export class IdleCalls {
  readonly #idleMs: number
  readonly #timers = new Map<ChannelCall, NodeJS.Timeout>()
  #isClosed = false

  /** @param idleMs how long a call may wait, in milliseconds */
  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  add(call: ChannelCall): void {
    if (this.#isClosed) return call.retire()
    this.#timers.set(call, setTimeout(() => this.#retire(call), this.#idleMs).unref())
  }

  delete(call: ChannelCall): void {
    clearTimeout(this.#timers.get(call))
    this.#timers.delete(call)
  }

  /** The one that waits for the shortest time, so that those which are not needed are retired. */
  take(): ChannelCall | undefined {
    const last = [...this.#timers.keys()].at(-1)
    if (last !== undefined) this.delete(last)
    return last
  }

  /** Retires these, and all that come. */
  close(): void {
    this.#isClosed = true
    for (const call of this.#timers.keys()) this.#retire(call)
  }

  #retire(call: ChannelCall): void {
    this.delete(call)
    call.retire()
  }
}
