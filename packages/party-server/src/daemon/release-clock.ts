import { MixunError } from '@mixun/core/errors'
import type { Home } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import { release, releaseIsDue } from '../publish/release.ts'
import { epochsToRetire, retireKeys } from '../publish/retire.ts'
import type { LedgerView } from './view.ts'

/** How long a release that failed waits before it is tried again, in milliseconds. */
const RETRY_MS = 30_000

/** Releases the deltas of this party's tables at the ticks of its clock, and destroys keys in time. One at a time. */
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
    const { registry } = this.#view
    const isOver = epochsToRetire(this.#home, registry, now).length > 0
    if (!isOver && !releaseIsDue(this.#home, registry, now)) return
    this.#running = (isOver ? this.#retire(now) : this.#release(now)).finally(() => {
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
      if (error instanceof MixunError && error.code === 'ERR_RELEASE_EARLY') return
      this.#retryLater(now, error, 'delta not released')
    }
  }

  async #retire(now: number): Promise<void> {
    try {
      const keys = await retireKeys(this.#home, () => now)
      await this.#view.refresh()
      for (const { class: className, epoch } of keys) {
        this.#logger.info({ class: className, epoch }, 'key destroyed')
      }
    } catch (error) {
      this.#retryLater(now, error, 'key not destroyed')
    }
  }

  #retryLater(now: number, error: unknown, what: string): void {
    this.#notBefore = now + RETRY_MS
    this.#logger.warn({ code: error instanceof MixunError ? error.code : 'ERR_INTERNAL' }, what)
  }
}
