import { parseIsoDate, RECORD_KINDS } from '@mixun/core/domain'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import type { CalendarPayload } from '@mixun/ledger-adapter/ledger'
import { KindCatalogue, Policy } from '@mixun/ledger-adapter/policy'
import { describe, expect, it } from 'vitest'
import type { ImportPolicy } from './import.ts'
import { isLate, lastDayInTime } from './reporting-calendar.ts'
import { chunks, HEADER, importAll, line, smallProfile } from './testing/fixtures.ts'

const day = parseIsoDate
const LAW = 204
/** The autumn of 2026: 1 October is a Thursday. */
const calendar: CalendarPayload = {
  version: 1,
  from: day('2026-01-01'),
  workingDays: [{ wire: LAW, days: 3 }],
  holidays: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'].map(day),
  workedWeekends: [day('2026-10-10')],
}

describe('the last day in time', () => {
  it.each([
    ['2026-06-22', '2026-06-25'], // Monday to Thursday
    ['2026-06-25', '2026-06-30'], // over a weekend
    ['2026-06-27', '2026-07-01'], // from a Saturday
    ['2026-09-30', '2026-10-10'], // over the holidays to a worked Saturday
    ['2026-10-09', '2026-10-13'],
    ['2025-12-31', null], // before the calendar begins
    ['2026-01-01', '2026-01-06'],
  ])('of an event on %s is %s', (occurredOn, last) => {
    expect(lastDayInTime(calendar, LAW, day(occurredOn))).toBe(last)
  })

  it('is none for a kind that the calendar does not name', () => {
    expect(lastDayInTime(calendar, 202, day('2026-06-22'))).toBeNull()
  })

  it('is still in time; the next day is late; without a calendar nothing is', () => {
    const occurred = day('2026-06-22')
    expect(isLate(calendar, LAW, occurred, day('2026-06-25'))).toBe(false)
    expect(isLate(calendar, LAW, occurred, day('2026-06-26'))).toBe(true)
    expect(isLate(null, LAW, occurred, day('2026-06-26'))).toBe(false)
  })
})

describe('an import', () => {
  const importUnder = (policy: ImportPolicy, rows: string[], isKnown = false) =>
    importAll(smallProfile(), chunks(utf8([HEADER, ...rows].join('\n'))), 'jia', intl, policy, () => isKnown)
  const under = (changes: Partial<ImportPolicy>): ImportPolicy => Object.assign(new Policy(), changes)
  const late = line({ kind: 'law', date: '2026-06-24' })

  it('takes late rows in, counts them and says which they are', async () => {
    const inTime = line({ kind: 'law', date: '2026-06-25' })
    const { summary, findings } = await importUnder(under({ calendar }), [inTime, late, line()])
    expect(summary).toMatchObject({ rows: 3, accepted: 3, late: 1 })
    expect(findings).toEqual([{ dataRow: 2, line: 3, field: 'occurredOn', reason: 'late' }])
  })

  it('does not call a row late that was reported before, nor one that is refused', async () => {
    expect((await importUnder(under({ calendar }), [late], true)).summary.late).toBe(0)
    const refused = await importUnder(under({ calendar }), [
      line({ kind: 'law', date: '2026-06-24', basis: '' }),
    ])
    expect([refused.summary.late, refused.findings.length]).toEqual([0, 1])
  })

  it('refuses kinds that the catalogue has retired', async () => {
    const kinds = new KindCatalogue()
    kinds.take({ version: 2, kinds: RECORD_KINDS.filter(({ wire }) => wire !== LAW) })
    const { summary } = await importUnder(under({ kinds }), [late, line()])
    expect(summary).toMatchObject({ accepted: 1, rejected: { kind: 1 } })
  })
})
