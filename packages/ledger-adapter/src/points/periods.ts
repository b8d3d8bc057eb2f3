import { calendarDate, type IsoDate, parseIsoDate } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'

const DAY_MS = 86_400_000

/** How long a points period lasts, in the calendar of China; days are for trials. */
export const PERIOD_LENGTHS = ['day', 'month', 'quarter'] as const
/** How long a points period lasts. */
export type PeriodLength = (typeof PERIOD_LENGTHS)[number]

const MONTHS = { month: 1, quarter: 3 } as const

/** One points period: `2026-11`, `2026-Q4`, or `2026-11-21`. */
export interface Period {
  readonly name: string
  readonly first: IsoDate
  readonly last: IsoDate
}

/** The period that a day in China belongs to. */
export function periodOf(length: PeriodLength, day: IsoDate): Period {
  if (length === 'day') return { name: day, first: day, last: day }
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))]
  return makePeriod(length, year, Math.floor((month - 1) / MONTHS[length]))
}

/** @throws ERR_LEDGER_CLOSING for what is no name of a period of this length */
export function periodNamed(length: PeriodLength, name: string): Period {
  if (length === 'day') return dayNamed(name)
  const match = (length === 'month' ? /^(\d{4})-(\d{2})$/ : /^(\d{4})-Q([1-4])$/).exec(name)
  const [year, number] = [Number(match?.[1]), Number(match?.[2])]
  const isPeriod = match !== null && year >= 1900 && year < 2199 && number >= 1 && number <= 12
  return isPeriod
    ? makePeriod(length, year, number - 1)
    : fail('ERR_LEDGER_CLOSING', `expected the name of a ${length}, found ${name}`)
}

/** The period right after. */
export function periodAfter(length: PeriodLength, { first, last }: Period): Period {
  if (length === 'day')
    return periodOf(length, parseIsoDate(new Date(Date.parse(last) + DAY_MS).toISOString().slice(0, 10)))
  const [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + MONTHS[length]]
  return makePeriod(length, year + Math.floor(month / 12), (month % 12) / MONTHS[length])
}

/** Period number `number` of a year, from 0. */
function makePeriod(length: Exclude<PeriodLength, 'day'>, year: number, number: number): Period {
  const firstMonth = number * MONTHS[length] + 1
  const lastMonth = firstMonth + MONTHS[length] - 1
  const first = calendarDate(year, firstMonth, 1) as IsoDate
  const lastDay = new Date(Date.UTC(year, lastMonth, 0)).getUTCDate()
  const last = calendarDate(year, lastMonth, lastDay) as IsoDate
  return { name: length === 'month' ? first.slice(0, 7) : `${year}-Q${number + 1}`, first, last }
}

function dayNamed(name: string): Period {
  const [year = 0, month = 0, day = 0] = name.split('-').map(Number)
  const date = calendarDate(year, month, day)
  return date === name
    ? periodOf('day', date)
    : fail('ERR_LEDGER_CLOSING', `expected the name of a day, found ${name}`)
}
