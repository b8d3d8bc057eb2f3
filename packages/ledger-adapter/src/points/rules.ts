import { uint } from '@mixun/core/codec'
import { z } from 'zod'
import { PERIOD_LENGTHS } from './periods.ts'

const MAX_RATE = 1_000_000_000

const perClassSchema = z.strictObject({ A: uint(MAX_RATE), B: uint(MAX_RATE), C: uint(MAX_RATE) })

/** The schema of {@link PointsRules}, part of the genesis entry. All figures are whole points. */
export const pointsRulesSchema = z.strictObject({
  /** Given once to every member on admission. */
  grant: uint(MAX_RATE),
  /** Credited to the provider of a table for each started thousand of its rows, once a publication and after its attestation. */
  contributionPerThousandRows: perClassSchema,
  /** A provider is credited at most once in so many days for each class, however often it publishes. */
  contributionPeriodDays: uint(3_660),
  /** Firms that must attest a table before its provider is credited; 0 credits on the provider's word. */
  attestations: uint(16),
  /** How long a points period lasts. */
  period: z.enum(PERIOD_LENGTHS),
  /** What each working day of a period costs that a firm reported late, and that it did not report. */
  reportingPenalty: z.strictObject({ late: uint(MAX_RATE), missing: uint(MAX_RATE) }),
  /** Price of asking one party for one class. */
  queryPrice: perClassSchema,
})

/** How points are earned and spent. Data of the consortium, fixed by the genesis entry. */
export type PointsRules = z.infer<typeof pointsRulesSchema>

/** What asking for these tables costs, in points. */
export function queryPrice(
  rules: PointsRules,
  asked: readonly { readonly class: 'A' | 'B' | 'C' }[],
): number {
  return asked.reduce((sum, table) => sum + rules.queryPrice[table.class], 0)
}

/** What publishing a table of `rowCount` (padded) rows earns, in points. */
export function contribution(rules: PointsRules, recordClass: 'A' | 'B' | 'C', rowCount: number): number {
  return Math.ceil(rowCount / 1000) * rules.contributionPerThousandRows[recordClass]
}
