import { MixunError } from '@mixun/core/errors'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import type { Home } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import { revokeSuperseded } from '../association/superseded.ts'

/** Ends the overlap of certificates at the association, one thing at a time. */
export class CertificateClock {
  readonly #home: Home
  readonly #ledger: SqliteLedger
  readonly #logger: Logger
  #running: Promise<void> | null = null

  constructor(home: Home, ledger: SqliteLedger, logger: Logger) {
    this.#home = home
    this.#ledger = ledger
    this.#logger = logger
  }

  /** To be called every second or so. */
  tick(now: number): void {
    this.#running ??= this.#run(now).finally(() => {
      this.#running = null
    })
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#running
  }

  async #run(now: number): Promise<void> {
    try {
      for (const party of await revokeSuperseded(this.#home, this.#ledger, now)) {
        this.#logger.info({ party }, 'superseded certificate revoked')
      }
    } catch (error) {
      const code = error instanceof MixunError ? error.code : 'ERR_INTERNAL'
      this.#logger.warn({ code }, 'superseded certificates not revoked')
    }
  }
}
