import type { Logger } from 'pino'
import { toHex } from '@mixun/core/bytes'
import type { Ledger, Registry } from '@mixun/ledger-adapter/ledger'
import { dueIntents } from '../ledger/due-intents.ts'

/** Logs, once each, what this party owes by a deadline: openings of its inquiries that were drawn, and tickets. */
export class DueAlarms {
  readonly #self: string
  readonly #told = new Set<string>()
  #windows = 0

  constructor(self: string) {
    this.#self = self
  }

  async check(registry: Registry, ledger: Pick<Ledger, 'entries'>, logger: Logger): Promise<void> {
    const { audits, tickets } = registry.policy
    for (const { ticketId, addressee, author, about, deadline, state } of tickets.all()) {
      if (addressee !== this.#self || state !== 'open' || !this.#isNew(`ticket/${toHex(ticketId)}`)) continue
      logger.warn({ ticket: toHex(ticketId), author, about, deadline }, 'a ticket is to be answered')
    }
    // Walking the entries of a sample again would cost the same every second.
    if (audits.windows.length === this.#windows) return
    this.#windows = audits.windows.length
    for (const { intentId, inquirer, deadline } of await dueIntents(registry, ledger, Date.now())) {
      if (inquirer !== this.#self || !this.#isNew(`intent/${intentId}`)) continue
      logger.warn({ intent: intentId, deadline }, 'an inquiry is to be opened to the association')
    }
  }

  #isNew(name: string): boolean {
    const isNew = !this.#told.has(name)
    this.#told.add(name)
    return isNew
  }
}
