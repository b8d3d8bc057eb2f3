import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import type { RegistryView } from '../ledger/registry-view.ts'
import { REPORT_WITHIN_WORKING_DAYS } from '../policy/reporting.ts'
import { workingDaysAfter } from '../policy/working-days.ts'
import { type Period, periodAfter, periodNamed, periodOf } from './periods.ts'

/** The last day on which a report of the period may still come: the period is closed after it. */
export function lastReportDay({ policy: { calendar } }: RegistryView, { last }: Period): IsoDate {
  return calendar === null ? last : workingDaysAfter(calendar, last, REPORT_WITHIN_WORKING_DAYS)
}

/**
 * The oldest points period that can be closed now: the one after the last that was closed, or the one in which the
 * consortium was founded.
 *
 * @param foundedAt when the genesis entry was made, Unix milliseconds
 * @param now Unix milliseconds
 * @returns null when there is none, or no firm to close it for
 */
export function dueClosing(registry: RegistryView, foundedAt: number, now: number): Period | null {
  const length = registry.genesis?.pointsRules.period
  if (length === undefined || !registry.members().some(({ role }) => role === 'firm')) return null
  const last = registry.lastClosing
  const next =
    last === null
      ? periodOf(length, chinaDateOf(foundedAt))
      : periodAfter(length, periodNamed(length, last.period))
  return chinaDateOf(now) > lastReportDay(registry, next) ? next : null
}
