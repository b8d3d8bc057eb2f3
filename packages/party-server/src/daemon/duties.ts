import { toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { settleHome } from '@mixun/sdk'
import {
  attestTable,
  checkClosing,
  type Consortium,
  needsAttestation,
  tablesToAttest,
} from '@mixun/sdk/consortium'
import { publishingRules, writeFileDurably } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import type { PartyLog } from '../stores/party-log.ts'
import { anchorPartyLog } from './anchor-party-log.ts'
import { DutyClock } from './duty-clock.ts'
import { fileReports } from '../publish/report-days.ts'

/**
 * What a firm's daemon does for the consortium by itself: attests the tables of others, reports its working days, checks
 * its own line of each closing, settles intents that were bought in advance. One thing at a time.
 */
export class FirmDuties {
  readonly #consortium: Consortium
  readonly #log: PartyLog
  readonly #logger: Logger
  readonly #clock: DutyClock
  #checkedClosing = -1

  constructor(consortium: Consortium, log: PartyLog, logger: Logger) {
    this.#consortium = consortium
    this.#log = log
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
    await this.#checkClosing(now)
    await this.#clock.try('reporting', now, async () => {
      for (const day of await fileReports(this.#consortium, now)) this.#logger.info({ day }, 'day reported')
    })
    await this.#clock.try('settling', now, async () => {
      for (const { intentId, requestId, code } of await settleHome(this.#consortium)) {
        const intent = { intent: toHex(intentId), isReturned: requestId === null, code }
        this.#logger.info(intent, 'intent bought in advance settled')
      }
    })
    await this.#clock.try('anchoring', now, async () => {
      if (!publishingRules(this.#consortium.home.config).anchor) return
      const anchored = await anchorPartyLog(this.#consortium, this.#log, now)
      if (anchored !== null) this.#logger.info({ size: anchored }, 'party log anchored')
    })
    if (!publishingRules(this.#consortium.home.config).attest) return
    for (const table of tablesToAttest(this.#consortium)) {
      if (this.#clock.isClosed) return
      // Others may have come first while this member was at the tables before.
      if (!needsAttestation(this.#consortium, table)) continue
      const { provider, class: className, epoch } = table
      await this.#clock.try(`attesting ${provider}/${className}/${epoch}`, now, async () => {
        const attested = await attestTable(this.#consortium, table)
        if (attested !== null) this.#logger.info(attested, 'table attested')
      })
    }
  }

  async #checkClosing(now: number): Promise<void> {
    const { registry, home } = this.#consortium
    const closing = registry.lastClosing
    if (closing === null || closing.index <= this.#checkedClosing) return
    const { period, index } = closing
    await this.#clock.try('closing', now, async () => {
      try {
        await checkClosing(this.#consortium)
        this.#logger.info({ period }, 'closing checked')
      } catch (error) {
        if (!(error instanceof MixunError) || error.code !== 'ERR_VERIFY_COMMITMENT') throw error
        writeFileDurably(home.paths.closingFinding(period), JSON.stringify(error.details, null, 2))
        this.#logger.error({ period, code: error.code, ...error.details }, 'closing does not fit')
      }
      this.#checkedClosing = index
    })
  }
}
