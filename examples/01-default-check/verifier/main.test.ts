import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Inquiry, parseExpectedAnswers } from './answers.ts'
import { main } from './main.ts'

const data = join(import.meta.dirname, '../../data/brokers')
const scratch = mkdtempSync(join(tmpdir(), 'verifier-main-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const asOf = '2026-06-30'
const expected = parseExpectedAnswers(JSON.parse(readFileSync(join(data, 'expected-answers.json'), 'utf8')))
const right: readonly Inquiry[] = expected.map((answer, index) => ({
  ...answer,
  requestId: `request-${index}`,
  inquirer: 'jia',
  classes: ['A', 'B', 'C'],
  verdict: answer.records.length > 0 ? 'found' : 'clear',
  missing: [],
}))
const withRecords = right.find(inquiry => inquiry.records.length > 0) as Inquiry

describe('the program', () => {
  function runMain(...args: string[]) {
    let text = ''
    const write = (part: string) => void (text += part)
    return { code: main(args, { out: write, error: write }), text }
  }

  function answersFile(inquiries: readonly Inquiry[], date = asOf): string {
    const path = join(mkdtempSync(join(scratch, 'answers-')), 'answers.json')
    writeFileSync(path, JSON.stringify({ asOf: date, inquiries }))
    return path
  }

  test('exits 0 when everything agrees', () => {
    const { code, text } = runMain('--data', data, '--answers', answersFile(right))
    expect(code).toBe(0)
    expect(text).toContain('all 199 answers equal')
    expect(text).toMatch(/\nAGREES\n$/)
  })

  test('exits 1, names the request and masks the identifier unless told otherwise', () => {
    const answers = answersFile([{ ...withRecords, verdict: 'clear' }])
    for (const extra of [[], ['--json']]) {
      const { code, text } = runMain('--data', data, '--answers', answers, ...extra)
      expect(code).toBe(1)
      expect(text).toContain(withRecords.requestId)
      expect(text).toContain(`*${withRecords.idNumber.slice(-4)}`)
      expect(text).not.toContain(withRecords.idNumber)
    }
    expect(runMain('--data', data, '--answers', answers, '--show-ids').text).toContain(withRecords.idNumber)
  })

  test('exits 1 on answers that hold no inquiry, and on answers as of another date', () => {
    expect(runMain('--data', data, '--answers', answersFile([])).code).toBe(1)
    expect(runMain('--data', data, '--answers', answersFile(right, '2026-06-29')).code).toBe(1)
  })

  test('exits 2 on wrong usage and unreadable input, 0 on --help', () => {
    const bad = join(scratch, 'bad.json')
    writeFileSync(bad, '{"asOf":"2026-06-30","inquiries":[{"requestId":1}]}')
    expect(runMain().code).toBe(2)
    expect(runMain('--unknown').code).toBe(2)
    expect(runMain('--data', scratch, '--answers', answersFile(right)).code).toBe(2)
    expect(runMain('--data', data, '--answers', bad).code).toBe(2)
    expect(runMain('--help')).toMatchObject({ code: 0, text: expect.stringContaining('Example:') })
  })
})
