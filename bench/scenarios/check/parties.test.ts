import { Subject } from '@mixun/core/domain'
import { expect, test } from 'vitest'
import { exportsOf, subjectsToAsk } from './parties.ts'

test('every answer that a check expects follows from what the parties report', () => {
  const rows = [...exportsOf(200).values()].flatMap(({ csv }) => csv.trim().split('\n').slice(1))
  const reported = (number: string) => rows.filter(row => row.startsWith(`${number},`)).length
  const asked = subjectsToAsk(80, 10, 200)
  for (const { number, records } of asked) {
    expect(Subject.parse('one-code', number).reveal()).toBe(number)
    expect({ number, records }).toEqual({ number, records: reported(number) })
  }
  expect(new Set(asked.map(({ number }) => number)).size).toBe(80)
  expect(asked.filter(({ records }) => records === 0)).toHaveLength(40)
  expect(asked.some(({ records }) => records > 1)).toBe(true)
})

test('the made records are the same every time', () => {
  expect(exportsOf(30)).toEqual(exportsOf(30))
})
