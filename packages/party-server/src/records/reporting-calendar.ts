import { calendarDate, type IsoDate } from '@mixun/core/domain'
import type { CalendarPayload } from '@mixun/ledger-adapter/ledger'

const SATURDAY = 6
const SUNDAY = 0

/** Neither a weekend that is not worked, nor a holiday. */
function isWorkingDay(calendar: CalendarPayload, day: Date): boolean {
  const name = isoOf(day)
  const isWeekend = [SATURDAY, SUNDAY].includes(day.getUTCDay())
  return isWeekend ? calendar.workedWeekends.includes(name) : !calendar.holidays.includes(name)
}

/**
 * The last day on which a record is reported in time: so many working days after its event. Null where the calendar
 * judges nothing: events before its beginning, kinds that it does not name.
 */
export function lastDayInTime(calendar: CalendarPayload, wire: number, occurredOn: IsoDate): IsoDate | null {
  const rule = calendar.workingDays.find(each => each.wire === wire)
  if (rule === undefined || occurredOn < calendar.from) return null
  const day = new Date(`${occurredOn}T00:00:00Z`)
  for (let left = rule.days; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1)
    if (isWorkingDay(calendar, day)) left--
  }
  return isoOf(day)
}

/** Whether a record that is first reported on this day is late. */
export function isLate(
  calendar: CalendarPayload | null,
  wire: number,
  occurredOn: IsoDate,
  reportedOn: IsoDate,
): boolean {
  const last = calendar === null ? null : lastDayInTime(calendar, wire, occurredOn)
  return last !== null && reportedOn > last
}

function isoOf(day: Date): IsoDate {
  return calendarDate(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()) as IsoDate
}
