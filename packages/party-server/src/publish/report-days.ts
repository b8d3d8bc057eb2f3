import { chinaDateOf, type IsoDate, parseIsoDate } from '@mixun/core/domain'
import type { Consortium } from '@mixun/sdk/consortium'
import { periodNamed } from '@mixun/ledger-adapter/points'
import { nextDay } from '@mixun/ledger-adapter/policy'
import { openBatches } from '../stores/open.ts'

const DAY_MS = 86_400_000
const BEGINNING = parseIsoDate('1970-01-01')

/**
 * Reports every working day that is over, is owed and was not reported. A day holds a late record when a batch that was
 * imported on it does, by the mark of its import.
 *
 * @returns the days that were reported
 * @throws ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function fileReports(consortium: Consortium, now: number): Promise<IsoDate[]> {
  const { registry, home } = consortium
  const { reporting, calendar } = registry.policy
  const rules = registry.genesis?.pointsRules
  const closed = registry.lastClosing
  const from =
    closed === null || rules === undefined
      ? BEGINNING
      : nextDay(periodNamed(rules.period, closed.period).last)
  const days = reporting.owed(calendar, home.identity.partyId, from, chinaDateOf(now - DAY_MS))
  if (days.length === 0) return []
  const late = daysWithLateRecords(consortium)
  for (const day of days) await consortium.append('reporting-day', { day, hasLate: late.has(day) })
  await consortium.sync()
  return days
}

function daysWithLateRecords({ home }: Consortium): Set<IsoDate> {
  using batches = openBatches(home)
  return new Set(
    batches
      .all()
      .filter(({ state, summary }) => state !== 'rejected' && (summary.late ?? 0) > 0)
      .map(({ importedAt }) => chinaDateOf(importedAt)),
  )
}
