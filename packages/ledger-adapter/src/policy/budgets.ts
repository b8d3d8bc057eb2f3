import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import { uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { z } from 'zod'
import type { BudgetPayload, IntentPayload, JointIntentPayload } from '../ledger/payloads.ts'
import type { JointQueries } from './joint-queries.ts'

type CountedIntent = Pick<IntentPayload, 'inquirer' | 'classes' | 'purpose' | 'asked'>

/** Share of a budget from which on its use is an alarm. */
export const BUDGET_ALARM_SHARE = 0.8

/** How much of one budget a firm has used. */
export interface BudgetUse {
  readonly partyId: string
  /** `day/<class>`, `day/<purpose>`, `epoch/<provider>/<class>`, or of a joint table `epoch/<provider>/<data set>`. */
  readonly budget: string
  readonly used: number
  readonly limit: number
  /** Whether at least {@link BUDGET_ALARM_SHARE} is used. */
  readonly isAlarm: boolean
}

const countsSchema = z.array(
  z.strictObject({
    party: z.string(),
    day: z.string(),
    ofDay: z.array(z.tuple([z.string(), uint()])),
    /** Table, epoch, count. */
    ofEpoch: z.array(z.tuple([z.string(), uint(), uint()])),
  }),
)

/** Intents of one firm, counted for the latest day and epochs only: what is over is never asked for again. */
class Counts {
  day = ''
  readonly ofDay = new Map<string, number>()
  /** By provider and class. */
  readonly ofEpoch = new Map<string, { epoch: number; count: number }>()
}

/**
 * The budgets of the firms and what they used of them. Every member counts the same from the same intents. Joint queries use
 * the same budgets: of their purpose on a day, and of each table that they ask, whose version is its epoch.
 */
export class Budgets {
  readonly #budgets = new Map<string, BudgetPayload>()
  readonly #counts = new Map<string, Counts>()
  readonly #joint: Pick<JointQueries, 'countOn' | 'countOf' | 'allTables'>

  /** @param joint counts the joint queries */
  constructor(joint: Pick<JointQueries, 'countOn' | 'countOf' | 'allTables'>) {
    this.#joint = joint
  }

  /** @throws ERR_BUDGET_EXCEEDED with `details.budget`, `.used` and `.limit` when this intent would be one too many */
  check(intent: CountedIntent, at: number): void {
    requireLeft(this.#uses(intent.inquirer, chinaDateOf(at), intent))
  }

  /** {@link Budgets.check} for a joint query. @throws ERR_BUDGET_EXCEEDED */
  checkJoint({ inquirer, purpose, dataset, tables }: JointIntentPayload, at: number): void {
    const asked = tables.map(table => ({ ...table, dataset }))
    requireLeft([
      ...this.#uses(inquirer, chinaDateOf(at), { classes: [], purpose, asked: [] }),
      ...this.#jointUses(inquirer, asked),
    ])
  }

  /** Budgets of a firm on a day in China, with what it used of them. */
  uses(partyId: string, day: IsoDate): BudgetUse[] {
    const asked = this.#joint.allTables().filter(table => this.#joint.countOf(partyId, table) > 0)
    return [...this.#uses(partyId, day, null), ...this.#jointUses(partyId, asked)]
  }

  /** Uses of all firms that are alarms on this day. */
  alarms(day: IsoDate): BudgetUse[] {
    return [...this.#budgets.keys()].flatMap(party => this.uses(party, day)).filter(use => use.isAlarm)
  }

  /** What is counted, as one text: equal counts have equal texts. */
  encodeCounts(): string {
    const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return JSON.stringify(
      sorted(this.#counts).map(([party, { day, ofDay, ofEpoch }]) => ({
        party,
        day,
        ofDay: sorted(ofDay),
        ofEpoch: sorted(ofEpoch).map(([table, { epoch, count }]) => [table, epoch, count]),
      })),
    )
  }

  /** Starts from what {@link Budgets.encodeCounts} made. @throws SyntaxError, ZodError for anything else */
  restoreCounts(text: string): void {
    for (const { party, day, ofDay, ofEpoch } of countsSchema.parse(JSON.parse(text))) {
      const counts = new Counts()
      counts.day = day
      for (const [name, count] of ofDay) counts.ofDay.set(name, count)
      for (const [table, epoch, count] of ofEpoch) counts.ofEpoch.set(table, { epoch, count })
      this.#counts.set(party, counts)
    }
  }

  set(budget: BudgetPayload): void {
    this.#budgets.set(budget.partyId, budget)
  }

  count(intent: IntentPayload, at: number): void {
    const counts = this.#counts.get(intent.inquirer) ?? new Counts()
    this.#counts.set(intent.inquirer, counts)
    const day = chinaDateOf(at)
    // Clocks may differ by seconds around midnight: an intent dated back counts for the later day.
    if (day > counts.day) {
      counts.day = day
      counts.ofDay.clear()
    }
    for (const name of [...intent.classes, intent.purpose]) {
      counts.ofDay.set(name, (counts.ofDay.get(name) ?? 0) + 1)
    }
    for (const { provider, class: recordClass, epoch } of intent.asked) {
      const table = `${provider}/${recordClass}`
      const before = counts.ofEpoch.get(table)
      const count = before?.epoch === epoch ? before.count + 1 : 1
      counts.ofEpoch.set(table, { epoch, count })
    }
  }

  /** Uses of a firm's budgets; with an intent only those that it touches. */
  #uses(
    partyId: string,
    day: IsoDate,
    intent: Pick<CountedIntent, 'classes' | 'purpose' | 'asked'> | null,
  ): BudgetUse[] {
    const budget = this.#budgets.get(partyId)
    if (budget === undefined) return []
    const counts = this.#counts.get(partyId) ?? new Counts()
    const today = counts.day >= day ? counts.ofDay : new Map<string, number>()
    const uses: BudgetUse[] = []
    const add = (name: string, used: number, limit: number | null) =>
      uses.push(...useOf(partyId, name, used, limit))
    for (const recordClass of intent?.classes ?? (['A', 'B', 'C'] as const)) {
      add(`day/${recordClass}`, today.get(recordClass) ?? 0, budget.perDay[recordClass])
    }
    for (const { purpose, limit } of budget.perDayByPurpose) {
      const used = (today.get(purpose) ?? 0) + this.#joint.countOn(partyId, purpose, day)
      if (intent === null || intent.purpose === purpose) add(`day/${purpose}`, used, limit)
    }
    const asked = intent?.asked.map(table => ({ name: `${table.provider}/${table.class}`, ...table }))
    const tables = asked ?? [...counts.ofEpoch].map(([name, { epoch }]) => ({ name, epoch }))
    for (const { name, epoch } of tables) {
      const seen = counts.ofEpoch.get(name)
      add(`epoch/${name}`, seen?.epoch === epoch ? seen.count : 0, budget.perEpoch)
    }
    return uses
  }

  #jointUses(
    partyId: string,
    tables: readonly { provider: string; dataset: string; version: number }[],
  ): BudgetUse[] {
    const limit = this.#budgets.get(partyId)?.perEpoch ?? null
    return tables.flatMap(table =>
      useOf(partyId, `epoch/${table.provider}/${table.dataset}`, this.#joint.countOf(partyId, table), limit),
    )
  }
}

/** One use, or none of a budget without a limit. */
function useOf(partyId: string, budget: string, used: number, limit: number | null): BudgetUse[] {
  return limit === null ? [] : [{ partyId, budget, used, limit, isAlarm: used >= BUDGET_ALARM_SHARE * limit }]
}

/** @throws ERR_BUDGET_EXCEEDED */
function requireLeft(uses: readonly BudgetUse[]): void {
  const spent = uses.find(use => use.used >= use.limit)
  if (spent === undefined) return
  const { partyId, budget, used, limit } = spent
  fail('ERR_BUDGET_EXCEEDED', `${partyId} has used ${used} of ${limit} intents, ${budget}`, {
    details: { budget, used, limit },
  })
}
