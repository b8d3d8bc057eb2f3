import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import type { CalendarPayload, TypedEntry } from '../ledger/payloads.ts'
import { workingDaysAfter, workingDaysBetween } from './working-days.ts'

/** Working days after a reporting day until which its report is in time. */
export const REPORT_WITHIN_WORKING_DAYS = 1

/** A firm's report of one day: when it came, and whether a record in it was late by the calendar. */
interface FiledDay {
  readonly filedOn: IsoDate
  readonly hasLate: boolean
}

/** Working days of a period that a firm reported late, and that it did not report. */
export interface ReportingFaults {
  readonly late: number
  readonly missing: number
}

/**
 * Who reported which working day. A firm owes reports from the first working day after it began to share class B, the
 * mandatory one. Without a calendar nobody owes any.
 */
export class Reporting {
  /** The day on which each firm committed its first table of class B. */
  readonly #sharesSince = new Map<string, IsoDate>()
  readonly #days = new Map<string, Map<IsoDate, FiledDay>>()

  take(entry: TypedEntry): void {
    const day = () => chinaDateOf(entry.createdAt)
    if (entry.kind === 'table' && entry.payload.class === 'B' && !this.#sharesSince.has(entry.author)) {
      this.#sharesSince.set(entry.author, day())
    } else if (entry.kind === 'reporting-day') {
      const days = this.#days.get(entry.author) ?? new Map<IsoDate, FiledDay>()
      this.#days.set(entry.author, days)
      days.set(entry.payload.day, { filedOn: day(), hasLate: entry.payload.hasLate })
    }
  }

  isFiled(firm: string, day: IsoDate): boolean {
    return this.#days.get(firm)?.has(day) === true
  }

  /** Working days up to `until` that a firm owes a report of and has not filed. */
  owed(calendar: CalendarPayload | null, firm: string, from: IsoDate, until: IsoDate): IsoDate[] {
    const since = this.#sharesSince.get(firm)
    if (calendar === null || since === undefined) return []
    const first = [from, calendar.from].reduce((a, b) => (a > b ? a : b))
    return workingDaysBetween(calendar, first, until).filter(day => day > since && !this.isFiled(firm, day))
  }

  /** What a firm did not report in time, from `first` to `last`. */
  faults(calendar: CalendarPayload | null, firm: string, first: IsoDate, last: IsoDate): ReportingFaults {
    if (calendar === null) return { late: 0, missing: 0 }
    const missing = this.owed(calendar, firm, first, last).length
    let late = 0
    for (const [day, { filedOn, hasLate }] of this.#days.get(firm) ?? []) {
      if (day < first || day > last || day < calendar.from) continue
      if (hasLate || filedOn > workingDaysAfter(calendar, day, REPORT_WITHIN_WORKING_DAYS)) late++
    }
    return { late, missing }
  }

  /** Forgets the days of a period that is closed. */
  forget(until: IsoDate): void {
    for (const days of this.#days.values()) {
      for (const day of days.keys()) if (day <= until) days.delete(day)
    }
  }
}
