import { MixunError } from '@mixun/core/errors'
import type { Consortium } from '@mixun/sdk/consortium'
import { setupWith } from '@mixun/sdk/joint'
import type { JointSetups } from '@mixun/sdk/store'
import type { Logger } from 'pino'

/** How often it is looked at, in milliseconds. */
const INTERVAL_MS = 60_000

/**
 * Makes the setups that this firm's joint queries start from, ahead of them: with every firm that has a joint table, and with
 * the association. One at a time; who is away is tried again later.
 */
export class PreparedSetups {
  readonly #consortium: Consortium
  readonly #setups: JointSetups
  readonly #logger: Logger
  readonly #closing = new AbortController()
  #notBefore = 0
  #running: Promise<void> | null = null

  constructor(consortium: Consortium, setups: JointSetups, logger: Logger) {
    this.#consortium = consortium
    this.#setups = setups
    this.#logger = logger
  }

  /** To be called every second or so: does what is due. */
  tick(now: number): void {
    if (this.#running !== null || now < this.#notBefore || this.#closing.signal.aborted) return
    this.#notBefore = now + INTERVAL_MS
    this.#running = this.#run().finally(() => {
      this.#running = null
    })
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { registry, home, anchor } = this.#consortium
    const own = home.identity.partyId
    const providers = new Set(registry.policy.joint.allTables().map(({ provider }) => provider))
    const isAsked = (party: string) => party !== own && registry.member(party)?.status === 'active'
    const firms = [...providers].filter(isAsked)
    if (firms.length === 0) return
    for (const party of [...firms, anchor.association.partyId]) {
      if (this.#closing.signal.aborted) return
      try {
        await setupWith(this.#consortium, this.#setups, party, this.#closing.signal)
      } catch (error) {
        const code = error instanceof MixunError ? error.code : 'ERR_INTERNAL'
        this.#logger.debug({ peer: party, code }, 'no setup for joint queries yet')
      }
    }
  }
}
