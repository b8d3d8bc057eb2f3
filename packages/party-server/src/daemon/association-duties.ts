import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { closesByClock, type Home } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import { closeDuePeriod } from '../association/close-points.ts'
import { revokeSuperseded } from '../association/superseded.ts'
import { DutyClock } from './duty-clock.ts'

/** Interval of what costs next to nothing to look at, in milliseconds. */
const EVERY_TICK = 0

/**
 * What the association's daemon does for the consortium by itself: closes each points period when it is due, and ends the
 * overlap of certificates.
 */
export class AssociationDuties {
  readonly #home: Home
  readonly #ledger: SqliteLedger
  readonly #logger: Logger
  readonly #clock: DutyClock

  constructor(home: Home, ledger: SqliteLedger, logger: Logger) {
    this.#home = home
    this.#ledger = ledger
    this.#logger = logger
    this.#clock = new DutyClock(logger)
  }

  /** To be called every second or so: does what is due. */
  tick(now: number): void {
    this.#clock.tick(() => this.#run(now))
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    return this.#clock.close()
  }

  async #run(now: number): Promise<void> {
    if (closesByClock(this.#home.config)) await this.#clock.try('closing', now, () => this.#closePeriods(now))
    await this.#clock.try('certificates', now, () => this.#endOverlaps(now), EVERY_TICK)
  }

  async #closePeriods(now: number): Promise<void> {
    while (!this.#clock.isClosed) {
      const closing = await closeDuePeriod(this.#home, this.#ledger, () => now)
      if (closing === null) return
      this.#logger.info(closing, 'points period closed')
    }
  }

  async #endOverlaps(now: number): Promise<void> {
    for (const party of await revokeSuperseded(this.#home, this.#ledger, now)) {
      this.#logger.info({ party }, 'superseded certificate revoked')
    }
  }
}
