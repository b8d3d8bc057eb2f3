import { describe, expect, test } from 'vitest'
import { askedAnew, FEWEST_INQUIRIES, FROZEN, planInquiries, readSubjects, STOPPED } from './inquiries.ts'

const subjects = readSubjects()

describe('the choice of inquiries', () => {
  test('20 inquiries meet every category of subjects', () => {
    const { ordinary, stopped, frozen } = planInquiries(subjects, 20)
    expect(ordinary.length + stopped.length + frozen.length).toBe(20)
    const asked = ordinary.map(({ subject }) => subject)
    const kinds = asked.flatMap(({ records }) => records.map(record => record.kind))
    expect(kinds).toContain('行政处罚')
    expect(kinds).toContain('股票质押式回购黑名单')
    const firms = asked.map(({ records }) => new Set(records.map(record => record.firm)).size)
    expect(firms).toContain(0)
    expect(firms).toContain(1)
    expect(Math.max(...firms)).toBeGreaterThan(1)
    const companies = asked.filter(({ idType }) => idType === 'uscc').map(({ records }) => records.length > 0)
    expect(new Set(companies)).toEqual(new Set([true, false]))
    expect(new Set(ordinary.map(({ inquirer }) => inquirer)).size).toBe(4)
  })

  test('the choice is the same each time', () => {
    expect(planInquiries(subjects, 20)).toEqual(planInquiries(readSubjects(), 20))
  })

  test('a firm that cannot answer holds the only record, or nobody holds any; it never asks itself', () => {
    for (const count of [FEWEST_INQUIRIES, 20, subjects.length]) {
      const { stopped, frozen } = planInquiries(subjects, count)
      const holders = (planned: typeof stopped) =>
        planned.map(({ subject }) => [...new Set(subject.records.map(record => record.firm))])
      expect(holders(stopped)).toEqual([[STOPPED], []])
      expect(holders(frozen)).toEqual([[FROZEN]])
      expect([...stopped, ...frozen].every(({ inquirer, absent }) => inquirer !== absent)).toBe(true)
    }
  })

  test('all inquiries ask about every subject once, each under an id of its own', () => {
    const { ordinary, stopped, frozen } = planInquiries(subjects, subjects.length)
    const all = [...ordinary, ...stopped, ...frozen]
    expect(new Set(all.map(({ subject }) => subject))).toEqual(new Set(subjects))
    const again = askedAnew([...stopped, ...frozen])
    const ids = [...all, ...again].map(({ requestId }) => requestId)
    expect(new Set(ids).size).toBe(subjects.length + 3)
    expect(again.every(({ absent }) => absent === null)).toBe(true)
  })
})
