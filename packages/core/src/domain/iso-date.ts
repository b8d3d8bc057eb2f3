import { fail } from '../errors/index.ts'

declare const brand: unique symbol

/** A calendar day `YYYY-MM-DD` of the years 1800 to 2199. Two of them compare as strings. */
export type IsoDate = string & { readonly [brand]: 'IsoDate' }

const FIRST_YEAR = 1800
const LAST_YEAR = 2199
const CHINA_OFFSET_MS = 8 * 3_600_000

/** The day of these numbers, or null where the calendar has none. */
export function calendarDate(year: number, month: number, day: number): IsoDate | null {
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1)) return null
  if (![year, month, day].every(Number.isInteger) || day > daysInMonth(year, month)) return null
  return `${year}-${pad(month)}-${pad(day)}` as IsoDate
}

/** @throws ERR_DATE_INVALID unless `text` is exactly `YYYY-MM-DD` and a day of the calendar */
export function parseIsoDate(text: string): IsoDate {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  const date = match && calendarDate(Number(match[1]), Number(match[2]), Number(match[3]))
  return date ?? fail('ERR_DATE_INVALID', `expected a day written YYYY-MM-DD, ${FIRST_YEAR} to ${LAST_YEAR}`)
}

/** The day in China (UTC+8 all year) at `unixMs` milliseconds since 1970. @throws ERR_DATE_INVALID out of range */
export function chinaDateOf(unixMs: number): IsoDate {
  const date = new Date(unixMs + CHINA_OFFSET_MS)
  const day = calendarDate(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
  return day ?? fail('ERR_DATE_INVALID', `expected a time in the years ${FIRST_YEAR} to ${LAST_YEAR}`)
}

/** The same day `years` earlier; 29 February becomes 28 February. @throws ERR_DATE_INVALID before the year 1800 */
export function yearsBefore(date: IsoDate, years: number): IsoDate {
  const year = Number(date.slice(0, 4)) - years
  const month = Number(date.slice(5, 7))
  const day = Math.min(Number(date.slice(8)), daysInMonth(year, month))
  const earlier = calendarDate(year, month, day)
  return earlier ?? fail('ERR_DATE_INVALID', `expected a day in the years ${FIRST_YEAR} to ${LAST_YEAR}`)
}

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month === 2) return leap ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const pad = (value: number): string => String(value).padStart(2, '0')
