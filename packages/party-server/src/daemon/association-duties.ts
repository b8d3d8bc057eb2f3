import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { closesByClock, type Home } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import { closeDuePeriod } from '../association/close-points.ts'
import { DutyClock } from './duty-clock.ts'

/** What the association's daemon does for the consortium by itself: closes each points period when it is due. */
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
    if (closesByClock(this.#home.config)) this.#clock.tick(() => this.#closePeriods(now))
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    return this.#clock.close()
  }

  #closePeriods(now: number): Promise<void> {
    return this.#clock.try('closing', now, async () => {
      while (!this.#clock.isClosed) {
        const closing = await closeDuePeriod(this.#home, this.#ledger, () => now)
        if (closing === null) return
        this.#logger.info(closing, 'points period closed')
      }
    })
  }
}
