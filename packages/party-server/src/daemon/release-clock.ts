import { MixunError } from '@mixun/core/errors'
import type { Home } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import { release, releaseIsDue } from '../publish/release.ts'
import type { LedgerView } from './view.ts'

/** How long a release that failed waits before it is tried again, in milliseconds. */
const RETRY_MS = 30_000

/** Releases the deltas of this party's tables at the ticks of its clock. One at a time. */
export class ReleaseClock {
  readonly #home: Home
  readonly #view: LedgerView
  readonly #logger: Logger
  #running: Promise<void> | null = null
  #notBefore = 0

  constructor(home: Home, view: LedgerView, logger: Logger) {
    this.#home = home
    this.#view = view
    this.#logger = logger
  }

  /** To be called every second or so: does what is due. */
  tick(now: number): void {
    if (this.#running !== null || now < this.#notBefore) return
    if (!releaseIsDue(this.#home, this.#view.registry, now)) return
    this.#running = this.#release(now).finally(() => {
      this.#running = null
    })
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#notBefore = Number.POSITIVE_INFINITY
    await this.#running
  }

  async #release(now: number): Promise<void> {
    try {
      const lines = await release(this.#home, { now: () => now })
      await this.#view.refresh()
      for (const { class: className, epoch, version, unfit } of lines) {
        this.#logger.info({ class: className, epoch, version, unfit }, 'delta released')
      }
    } catch (error) {
      // One that was released by hand since the last look at the ledger is no failure.
      const code = error instanceof MixunError ? error.code : 'ERR_INTERNAL'
      if (code === 'ERR_RELEASE_EARLY') return
      this.#notBefore = now + RETRY_MS
      this.#logger.warn({ code }, 'delta not released')
    }
  }
}
