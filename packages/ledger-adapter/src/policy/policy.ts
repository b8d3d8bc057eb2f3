import type { CalendarPayload, TypedEntry } from '../ledger/payloads.ts'
import type { PolicyView } from '../ledger/registry-view.ts'
import { Audits } from './audits.ts'
import { Budgets } from './budgets.ts'
import { JointQueries } from './joint-queries.ts'
import { KindCatalogue } from './kind-catalogue.ts'
import { ParameterSets } from './parameter-sets.ts'
import { Tickets } from './tickets.ts'
import { Reporting } from './reporting.ts'
import { BUILT_IN_SHARING_RULES, type SharingRules } from './sharing-rules.ts'

/** The fold of the entries that change the consortium's rules, and of the intents that budgets count. */
export class Policy implements PolicyView {
  sharing: SharingRules = BUILT_IN_SHARING_RULES
  calendar: CalendarPayload | null = null
  readonly kinds = new KindCatalogue()
  readonly parameters = new ParameterSets()
  readonly audits = new Audits()
  readonly tickets = new Tickets()
  readonly reporting = new Reporting()
  readonly joint = new JointQueries()
  readonly budgets = new Budgets(this.joint)

  /** @param index of the entry */
  apply(entry: TypedEntry, index: number): void {
    this.audits.apply(entry, index)
    this.joint.apply(entry, index)
    this.tickets.apply(entry, this.audits.rules.answerHours)
    if (entry.kind === 'sharing-rules') this.sharing = entry.payload
    else if (entry.kind === 'calendar') this.calendar = entry.payload
    else if (entry.kind === 'kinds') this.kinds.take(entry.payload)
    else if (entry.kind === 'budget') this.budgets.set(entry.payload)
    else if (entry.kind === 'intent') this.budgets.count(entry.payload, entry.createdAt)
    else if (entry.kind === 'parameters') this.parameters.take(entry.payload)
    else this.reporting.take(entry)
  }
}
