import { MixunError } from '@mixun/core/errors'
import type { Logger } from 'pino'

/** How often a duty is looked at, in milliseconds. */
const INTERVAL_MS = 60_000

/** After a first failure it is tried again this soon, then after twice as long, up to {@link INTERVAL_MS}. */
const FIRST_RETRY_MS = 5_000

/** What a daemon does by itself: one thing at a time, each now and then, and sooner again after it failed. */
export class DutyClock {
  readonly #logger: Logger
  readonly #notBefore = new Map<string, number>()
  /** Of the duties that failed the last time. */
  readonly #retryAfter = new Map<string, number>()
  #running: Promise<void> | null = null
  #isClosed = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** To be called every second or so; while `round` is still under way, nothing happens. */
  tick(round: () => Promise<void>): void {
    if (this.#running !== null || this.#isClosed) return
    this.#running = round().finally(() => {
      this.#running = null
    })
  }

  /**
   * Does one duty if it is time for it. A failure is logged, never thrown.
   *
   * @param intervalMs how often it is looked at
   */
  async try(
    what: string,
    now: number,
    action: () => Promise<void>,
    intervalMs: number = INTERVAL_MS,
  ): Promise<void> {
    if (this.#isClosed || now < (this.#notBefore.get(what) ?? 0)) return
    this.#notBefore.set(what, now + intervalMs)
    try {
      await action()
      this.#retryAfter.delete(what)
    } catch (error) {
      if (this.#isClosed) return
      const wait = this.#retryAfter.get(what) ?? FIRST_RETRY_MS
      this.#notBefore.set(what, now + wait)
      this.#retryAfter.set(what, Math.min(2 * wait, INTERVAL_MS))
      this.#logger.warn(
        { duty: what, code: error instanceof MixunError ? error.code : 'ERR_INTERNAL' },
        'duty not done',
      )
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }
}
