import { calendarDate, type IsoDate } from '@mixun/core/domain'
import type { CalendarPayload } from '../ledger/payloads.ts'

type WorkingCalendar = Pick<CalendarPayload, 'holidays' | 'workedWeekends'>

const DAY_MS = 86_400_000
const SATURDAY = 6
const SUNDAY = 0

/** Neither a weekend that is not worked, nor a holiday. */
export function isWorkingDay(calendar: WorkingCalendar, day: IsoDate): boolean {
  const isWeekend = [SATURDAY, SUNDAY].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
  return isWeekend ? calendar.workedWeekends.includes(day) : !calendar.holidays.includes(day)
}

/** The day that is so many working days after `day`; itself for 0. */
export function workingDaysAfter(calendar: WorkingCalendar, day: IsoDate, count: number): IsoDate {
  let at = day
  for (let left = count; left > 0; ) {
    at = nextDay(at)
    if (isWorkingDay(calendar, at)) left--
  }
  return at
}

/** All working days from `first` to `last`. */
export function workingDaysBetween(calendar: WorkingCalendar, first: IsoDate, last: IsoDate): IsoDate[] {
  const days: IsoDate[] = []
  for (let day = first; day <= last; day = nextDay(day)) if (isWorkingDay(calendar, day)) days.push(day)
  return days
}

/** The day after, in the calendar. */
export function nextDay(day: IsoDate): IsoDate {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
  return calendarDate(next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate()) as IsoDate
}
