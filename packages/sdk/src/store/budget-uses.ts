import type { DatabaseSync } from 'node:sqlite'
import type { IsoDate } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { BUDGET_ALARM_SHARE } from '@mixun/ledger-adapter/policy'
import { type HomeConfig, openDatabase, transaction } from '../home/index.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS uses (
  day TEXT NOT NULL,
  budget TEXT NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (day, budget)
) STRICT;
`

/** How much of one of the firm's own budgets is used today. */
export interface OwnBudgetUse {
  /** `officer/<operator>` or `purpose/<purpose>`. */
  readonly budget: string
  readonly used: number
  readonly limit: number
  readonly isAlarm: boolean
}

/** The firm's own budgets, of `config.toml`: inquiries of an officer and for a purpose, a day in China. */
export class BudgetUses implements Disposable {
  readonly #database: DatabaseSync
  readonly #limits: NonNullable<HomeConfig['budgets']>

  constructor(file: string, limits: HomeConfig['budgets']) {
    this.#database = openDatabase(file, SCHEMA)
    this.#limits = limits ?? { perPurposePerDay: {} }
  }

  /**
   * Counts one inquiry, durably and before its intent leaves; one that then fails has been counted.
   *
   * @returns the budgets it counts for, this inquiry included
   * @throws ERR_BUDGET_EXCEEDED with `details.budget`; ERR_OPERATOR_UNKNOWN without an operator where officers have budgets
   */
  spend(day: IsoDate, operator: string | null, purpose: string): OwnBudgetUse[] {
    if (operator === null && this.#limits.perOfficerPerDay !== undefined) {
      fail(
        'ERR_OPERATOR_UNKNOWN',
        'config.toml has a budget for each officer: expected the operator who asks',
      )
    }
    return transaction(this.#database, () => {
      const before = this.#of(day, operator, purpose)
      const spent = before.find(({ used, limit }) => used >= limit)
      if (spent !== undefined) {
        const { budget, used, limit } = spent
        fail('ERR_BUDGET_EXCEEDED', `${used} of ${limit} inquiries are used today, ${budget}`, {
          details: { budget, used, limit },
        })
      }
      const count = this.#database.prepare(
        'INSERT INTO uses VALUES (?1, ?2, 1) ON CONFLICT (day, budget) DO UPDATE SET used = used + 1',
      )
      for (const { budget } of before) count.run(day, budget)
      return this.#of(day, operator, purpose)
    })
  }

  /** Everything that was counted on a day and has a limit. */
  uses(day: IsoDate): OwnBudgetUse[] {
    const rows = this.#database.prepare('SELECT budget FROM uses WHERE day = ? ORDER BY budget').all(day)
    return rows.flatMap(row => this.#use(day, String(row['budget'])))
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #of(day: IsoDate, operator: string | null, purpose: string): OwnBudgetUse[] {
    const officer = operator === null ? [] : this.#use(day, `officer/${operator}`)
    return [...officer, ...this.#use(day, `purpose/${purpose}`)]
  }

  #use(day: IsoDate, budget: string): OwnBudgetUse[] {
    const [kind, name] = budget.split('/') as [string, string]
    const { perOfficerPerDay, perPurposePerDay } = this.#limits
    const limit =
      kind === 'officer'
        ? perOfficerPerDay
        : (perPurposePerDay as Readonly<Record<string, number | undefined>>)[name]
    if (limit === undefined) return []
    const row = this.#database.prepare('SELECT used FROM uses WHERE day = ? AND budget = ?').get(day, budget)
    const used = Number(row?.['used'] ?? 0)
    return [{ budget, used, limit, isAlarm: used >= BUDGET_ALARM_SHARE * limit }]
  }
}
