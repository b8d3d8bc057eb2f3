import type { IsoDate } from '@mixun/core/domain'
import type { CalendarPayload } from '@mixun/ledger-adapter/ledger'
import { workingDaysAfter } from '@mixun/ledger-adapter/policy'

/**
 * The last day on which a record is reported in time: so many working days after its event. Null where the calendar
 * judges nothing: events before its beginning, kinds that it does not name.
 */
export function lastDayInTime(calendar: CalendarPayload, wire: number, occurredOn: IsoDate): IsoDate | null {
  const rule = calendar.workingDays.find(each => each.wire === wire)
  if (rule === undefined || occurredOn < calendar.from) return null
  return workingDaysAfter(calendar, occurredOn, rule.days)
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
