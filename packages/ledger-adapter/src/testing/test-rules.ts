import { parseIsoDate } from '@mixun/core/domain'
import type { Payloads } from '../ledger/payloads.ts'
import type { PointsRules } from '../points/rules.ts'

/** Rules with distinct figures, so that a mix-up shows. */
export const TEST_RULES: PointsRules = {
  grant: 100,
  contributionPerThousandRows: { A: 0, B: 10, C: 20 },
  contributionPeriodDays: 0,
  attestations: 0,
  period: 'month',
  reportingPenalty: { late: 2, missing: 7 },
  queryPrice: { A: 1, B: 3, C: 5 },
}

/** Version 2 of the rules of sharing. */
export function testSharingRules(
  changes: Partial<Payloads['sharing-rules']> = {},
): Payloads['sharing-rules'] {
  return {
    version: 2,
    existingCustomersFrom: parseIsoDate('2026-07-01'),
    yearsPublishedAfterCure: 5,
    statutoryRules: [{ id: 'statutory:class-a', classes: ['A'] }],
    ...changes,
  }
}

/** Version 1 of the calendar of 2026. */
export function testCalendar(changes: Partial<Payloads['calendar']> = {}): Payloads['calendar'] {
  return {
    version: 1,
    from: parseIsoDate('2026-01-01'),
    workingDays: [{ wire: 204, days: 5 }],
    holidays: [parseIsoDate('2026-10-01'), parseIsoDate('2026-10-02')],
    workedWeekends: [parseIsoDate('2026-10-10')],
    ...changes,
  }
}

/** A budget without limits. */
export function testBudget(partyId: string, changes: Partial<Payloads['budget']> = {}): Payloads['budget'] {
  return { partyId, perDay: { A: null, B: null, C: null }, perDayByPurpose: [], perEpoch: null, ...changes }
}
