import type { Logger } from 'pino'
import { chinaDateOf } from '@mixun/core/domain'
import type { Budgets } from '@mixun/ledger-adapter/policy'

/** Logs each budget once a day, when four fifths of it are used. */
export class BudgetAlarms {
  #day = ''
  readonly #told = new Set<string>()

  check(budgets: Budgets, logger: Logger): void {
    const day = chinaDateOf(Date.now())
    if (day !== this.#day) this.#told.clear()
    this.#day = day
    for (const { partyId, budget, used, limit } of budgets.alarms(day)) {
      const name = `${partyId}/${budget}`
      if (this.#told.has(name)) continue
      this.#told.add(name)
      logger.warn({ party: partyId, budget, used, limit }, 'budget nearly used')
    }
  }
}
