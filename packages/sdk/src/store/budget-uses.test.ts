import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseIsoDate } from '@mixun/core/domain'
import { expectCode } from '@mixun/core/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BudgetUses } from './budget-uses.ts'

const today = parseIsoDate('2026-06-30')
const limits = { perOfficerPerDay: 2, perPurposePerDay: { monitoring: 3 } }
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-budgets-'))
  file = join(folder, 'budgets.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('counts for the officer and for the purpose, across openings of the home', () => {
  using first = new BudgetUses(file, limits)
  first.spend(today, 'li.na', 'monitoring')
  using uses = new BudgetUses(file, limits)
  expect(uses.spend(today, 'li.na', 'monitoring')).toEqual([
    { budget: 'officer/li.na', used: 2, limit: 2, isAlarm: true },
    { budget: 'purpose/monitoring', used: 2, limit: 3, isAlarm: false },
  ])
  const error = expectCode('ERR_BUDGET_EXCEEDED', () => uses.spend(today, 'li.na', 'monitoring'))
  expect(error.details).toEqual({ budget: 'officer/li.na', used: 2, limit: 2 })
  uses.spend(today, 'zhao.qi', 'monitoring')
  const spent = expectCode('ERR_BUDGET_EXCEEDED', () => uses.spend(today, 'qian.ba', 'monitoring'))
  expect(spent.details['budget']).toBe('purpose/monitoring')
  // What was refused is not counted.
  expect(uses.uses(today).map(({ budget, used }) => [budget, used])).toEqual([
    ['officer/li.na', 2],
    ['officer/zhao.qi', 1],
    ['purpose/monitoring', 3],
  ])
})

it('begins anew the next day, and knows purposes without a limit', () => {
  using uses = new BudgetUses(file, limits)
  for (let i = 0; i < 2; i++) uses.spend(today, 'li.na', 'anti-fraud')
  expect(uses.spend(parseIsoDate('2026-07-01'), 'li.na', 'anti-fraud')).toHaveLength(1)
})

it('needs to know who asks when officers have budgets: ERR_OPERATOR_UNKNOWN', () => {
  using uses = new BudgetUses(file, limits)
  expectCode('ERR_OPERATOR_UNKNOWN', () => uses.spend(today, null, 'monitoring'))
  using none = new BudgetUses(file, undefined)
  expect(none.spend(today, null, 'monitoring')).toEqual([])
})
