import { chinaDateOf } from '@mixun/core/domain'
import { BudgetUses } from '@mixun/sdk/store'
import { openLedgerAccess } from '../../ledger/access.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const budget = verb<CommonOptions>({
  usage: 'budget',
  summary: [
    'budgets of inquiries and what is used of them today; from 80 % on, an alarm',
    '查询额度及当日用量；用量达 80% 时告警',
  ],
  examples: ['mixun budget --home ./jia', 'mixun budget --home ./association --json'],
  options: [],
  action: async ({ home: openHome, output }) => {
    const home = await openHome()
    await using access = await openLedgerAccess(home)
    const { registry } = access
    const day = chinaDateOf(Date.now())
    const isAssociation = home.config.party.role === 'association'
    const firms = isAssociation ? registry.members().map(({ partyId }) => partyId) : [home.identity.partyId]
    const consortium = firms.flatMap(firm => registry.policy.budgets.uses(firm, day))
    using own = new BudgetUses(home.paths.budgets, home.config.budgets)
    const all = [...consortium, ...own.uses(day).map(use => ({ ...use, partyId: home.identity.partyId }))]
    const rows = all.map(({ partyId, budget: name, used, limit, isAlarm }) => [
      partyId,
      name,
      `${used}/${limit}`,
      isAlarm ? '!' : '',
    ])
    output.result(
      { day, budgets: all },
      formatTable(rows.length === 0 ? [['-']] : rows).map((line): Phrase => [line, line]),
    )
  },
})
