import { waitFor } from '@mixun/core/channel'

/** Work that several callers want at once and that is done once. A caller that gives up leaves it to the others. */
export class SharedWork<T> {
  readonly #running = new Map<string, Promise<T>>()

  /** @throws what `work` throws; ERR_CHANNEL_ABORTED, ERR_CHANNEL_TIMEOUT when `signal` fires first */
  run(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    let running = this.#running.get(key)
    if (running === undefined) {
      running = work().finally(() => this.#running.delete(key))
      this.#running.set(key, running)
      running.catch(() => {}) // it may fail when nobody waits any more
    }
    return waitFor(running, signal)
  }
}
