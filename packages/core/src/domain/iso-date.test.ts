import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import { calendarDate, chinaDateOf, parseIsoDate, yearsBefore } from './index.ts'

describe('parseIsoDate', () => {
  it('takes exactly the days that the platform calendar knows', () => {
    const day = fc.date({
      min: new Date('1800-01-01T00:00:00Z'),
      max: new Date('2199-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(day, date => {
        const text = date.toISOString().slice(0, 10)
        expect(parseIsoDate(text)).toBe(text)
      }),
    )
  })

  it.each([
    '2021-02-29',
    '1900-02-29',
    '2021-13-01',
    '2021-00-10',
    '2021-04-31',
    '2021-01-00',
    '1799-12-31',
    '2200-01-01',
    '2021-1-1',
    '20210101',
    ' 2021-01-01',
    '2021-01-01\n',
    '',
  ])('refuses what is no day written YYYY-MM-DD: %j', text => {
    expectCode('ERR_DATE_INVALID', () => parseIsoDate(text))
  })
})

describe('calendarDate', () => {
  it('knows leap years', () => {
    expect(calendarDate(2000, 2, 29)).toBe('2000-02-29')
    expect(calendarDate(2100, 2, 29)).toBeNull()
  })
  it('refuses numbers that are not whole', () => {
    expect(calendarDate(2021.5, 1, 1)).toBeNull()
    expect(calendarDate(Number.NaN, 1, 1)).toBeNull()
  })
})

describe('yearsBefore', () => {
  it('keeps the day, and takes 28 February where there is no 29th', () => {
    expect(yearsBefore(parseIsoDate('2026-06-30'), 5)).toBe('2021-06-30')
    expect(yearsBefore(parseIsoDate('2024-02-29'), 5)).toBe('2019-02-28')
    expect(yearsBefore(parseIsoDate('2024-02-29'), 4)).toBe('2020-02-29')
  })
  it('refuses days before the year 1800', () => {
    expectCode('ERR_DATE_INVALID', () => yearsBefore(parseIsoDate('1803-01-01'), 5))
  })
})

describe('chinaDateOf', () => {
  it('changes the day at 16:00 UTC', () => {
    expect(chinaDateOf(Date.UTC(2026, 5, 30, 15, 59, 59, 999))).toBe('2026-06-30')
    expect(chinaDateOf(Date.UTC(2026, 5, 30, 16))).toBe('2026-07-01')
  })
  it('refuses a time that is no number', () => {
    expectCode('ERR_DATE_INVALID', () => chinaDateOf(Number.NaN))
  })
})
