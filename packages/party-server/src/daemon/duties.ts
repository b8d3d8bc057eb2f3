import { MixunError } from '@mixun/core/errors'
import { attestTable, checkClosing, type Consortium, tablesToAttest } from '@mixun/sdk/consortium'
import { publishingRules, writeFileDurably } from '@mixun/sdk/home'
import type { Logger } from 'pino'
import type { PartyLog } from '../stores/party-log.ts'
import { anchorPartyLog } from './anchor-party-log.ts'
import { fileReports } from '../publish/report-days.ts'

/** How often a duty is looked at, in milliseconds. */
const INTERVAL_MS = 60_000

/** After a first failure it is tried again this soon, then after twice as long, up to {@link INTERVAL_MS}. */
const FIRST_RETRY_MS = 5_000

/**
 * What a firm's daemon does for the consortium by itself: attests the tables of others, reports its working days, checks
 * its own line of each closing. One thing at a time.
 */
export class FirmDuties {
  readonly #consortium: Consortium
  readonly #log: PartyLog
  readonly #logger: Logger
  readonly #notBefore = new Map<string, number>()
  /** Of the duties that failed the last time. */
  readonly #retryAfter = new Map<string, number>()
  #running: Promise<void> | null = null
  #isClosed = false
  #checkedClosing = -1

  constructor(consortium: Consortium, log: PartyLog, logger: Logger) {
    this.#consortium = consortium
    this.#log = log
    this.#logger = logger
  }

  /** To be called every second or so: does what is due. */
  tick(now: number): void {
    if (this.#running !== null || this.#isClosed) return
    this.#running = this.#run(now).finally(() => {
      this.#running = null
    })
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #run(now: number): Promise<void> {
    await this.#checkClosing(now)
    await this.#try('reporting', now, async () => {
      for (const day of await fileReports(this.#consortium, now)) this.#logger.info({ day }, 'day reported')
    })
    await this.#try('anchoring', now, async () => {
      if (!publishingRules(this.#consortium.home.config).anchor) return
      const anchored = await anchorPartyLog(this.#consortium, this.#log, now)
      if (anchored !== null) this.#logger.info({ size: anchored }, 'party log anchored')
    })
    if (!publishingRules(this.#consortium.home.config).attest) return
    for (const table of tablesToAttest(this.#consortium)) {
      if (this.#isClosed) return
      const { provider, class: className, epoch } = table
      await this.#try(`attesting ${provider}/${className}/${epoch}`, now, async () => {
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
    await this.#try('closing', now, async () => {
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

  async #try(what: string, now: number, action: () => Promise<void>): Promise<void> {
    if (now < (this.#notBefore.get(what) ?? 0)) return
    this.#notBefore.set(what, now + INTERVAL_MS)
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
}
