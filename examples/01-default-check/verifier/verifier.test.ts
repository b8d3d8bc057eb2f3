import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Inquiry, parseExpectedAnswers, parseExpectedImport } from './answers.ts'
import {
  type ProblemKind,
  compareAnswers,
  compareExpectedAnswers,
  compareImport,
  recordKey,
} from './compare.ts'
import { type PublishedRecord, type Truth, computeTruth } from './truth.ts'

const data = join(import.meta.dirname, '../../data/brokers')
const scratch = mkdtempSync(join(tmpdir(), 'verifier-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const readData = (name: string): unknown => JSON.parse(readFileSync(join(data, name), 'utf8'))
const asOf = '2026-06-30'
const expectedAnswers = parseExpectedAnswers(readData('expected-answers.json'))
const expectedImport = parseExpectedImport(readData('expected-import.json'))
const truth = computeTruth(data, asOf)

/** A right answer for every expected subject, all classes, nothing missing. */
const right: readonly Inquiry[] = expectedAnswers.map(({ idType, idNumber, records }, index) => ({
  requestId: `request-${index}`,
  inquirer: 'jia',
  idType,
  idNumber,
  classes: ['A', 'B', 'C'],
  verdict: records.length > 0 ? 'found' : 'clear',
  missing: [],
  records,
}))

function inquiryWith(records: (count: number) => boolean): Inquiry {
  const inquiry = right.find(item => records(item.records.length))
  if (inquiry === undefined) throw new Error('no such inquiry in the data')
  return inquiry
}

const withRecords = inquiryWith(count => count >= 2)
const withoutRecords = inquiryWith(count => count === 0)
const firstRecord = withRecords.records[0] as PublishedRecord

/** What is wrong with one inquiry, put among all the right ones. */
function problemsOf(changed: Inquiry): ProblemKind[] {
  const inquiries = right.map(item => (item.requestId === changed.requestId ? changed : item))
  const found = compareAnswers(truth, { asOf, inquiries })
  expect(found.every(item => item.requestId === changed.requestId)).toBe(true)
  return found.flatMap(item => item.problems.map(problem => problem.kind))
}

describe('the data', () => {
  test('counts of all five files equal expected-import.json', () => {
    expect(expectedImport.files.size).toBe(5)
    expect(compareImport(truth.files, expectedImport)).toEqual([])
  })

  test('a count that differs from expected-import.json is named', () => {
    const files = new Map(truth.files)
    files.set('yi.txt', {
      rows: 7070,
      published: 5650,
      outcome: { ...files.get('yi.txt')?.outcome, date: 26 },
    })
    expect(compareImport(files, expectedImport)).toEqual(['yi.txt: date: computed 26, expected 27'])
  })

  test('all 199 expected answers equal', () => {
    expect(expectedAnswers).toHaveLength(199)
    expect(compareExpectedAnswers(truth, expectedAnswers)).toEqual([])
  })
})

describe('answers', () => {
  test('right answers agree', () => {
    expect(compareAnswers(truth, { asOf, inquiries: right })).toEqual([])
  })

  test('a wrong answer is detected', () => {
    const [, ...others] = withRecords.records
    for (const change of [{ amountFen: '1' }, { status: 'withdrawn' }, { firm: 'nobody' }, { class: 'A' }]) {
      const records = [{ ...firstRecord, ...change }, ...others]
      expect(problemsOf({ ...withRecords, records })).toEqual(['record-missing', 'record-extra'])
    }
    expect(problemsOf({ ...withRecords, verdict: 'incomplete' })).toEqual(['verdict'])
    expect(problemsOf({ ...withoutRecords, verdict: 'found' })).toEqual(['verdict'])
  })

  test('a missing record is detected', () => {
    expect(problemsOf({ ...withRecords, records: withRecords.records.slice(1) })).toEqual(['record-missing'])
  })

  test('an extra record is detected, also one that is only reported twice', () => {
    const records = [...withRecords.records, firstRecord]
    expect(problemsOf({ ...withRecords, records })).toEqual(['record-extra'])
    expect(problemsOf({ ...withoutRecords, records: [firstRecord] })).toEqual(['record-extra'])
  })

  test('a false clear is detected, over records and over a missing party', () => {
    expect(problemsOf({ ...withRecords, verdict: 'clear' })).toEqual(['false-clear'])
    const missing = [{ party: 'yi', class: 'B' }]
    expect(problemsOf({ ...withoutRecords, missing, verdict: 'clear' })).toEqual(['false-clear'])
    expect(problemsOf({ ...withoutRecords, missing, verdict: 'incomplete' })).toEqual([])
  })

  test('a missing part takes its records out, and the others are still due', () => {
    const missing = [{ party: firstRecord.firm, class: firstRecord.class }]
    const records = withRecords.records.filter(
      record => record.firm !== firstRecord.firm || record.class !== firstRecord.class,
    )
    const partial: Inquiry = { ...withRecords, missing, records, verdict: 'incomplete' }
    expect(problemsOf(partial)).toEqual([])
    expect(problemsOf({ ...partial, records: withRecords.records })).toContain('record-extra')
    expect(problemsOf({ ...partial, verdict: 'found' })).toEqual(['verdict'])
  })

  test('only the classes asked are due', () => {
    const classes = ['A', 'B', 'C'].filter(name => name !== firstRecord.class)
    const records = withRecords.records.filter(record => record.class !== firstRecord.class)
    const verdict = records.length > 0 ? 'found' : 'clear'
    expect(problemsOf({ ...withRecords, classes, records, verdict })).toEqual([])
  })

  test('a part that was never asked cannot be missing', () => {
    for (const part of [
      { party: 'nobody', class: 'B' },
      { party: 'yi', class: 'A' },
    ]) {
      const inquiry: Inquiry = { ...withoutRecords, missing: [part], verdict: 'incomplete' }
      expect(problemsOf(inquiry)).toEqual(['missing-part'])
    }
  })

  test('an invalid subject, an unknown inquirer and a repeated request id are detected', () => {
    expect(problemsOf({ ...withoutRecords, idNumber: '1' })).toEqual(['subject'])
    expect(problemsOf({ ...withoutRecords, inquirer: 'nobody' })).toEqual(['request'])
    const twice = compareAnswers(truth, { asOf, inquiries: [withRecords, withRecords] })
    expect(twice.flatMap(item => item.problems.map(problem => problem.kind))).toEqual(['request'])
  })
})

describe('a flipped row changes exactly that answer', () => {
  const published = (of: Truth) =>
    expectedAnswers.map(({ idType, idNumber }) => {
      const records = of.recordsOf(idType, idNumber) ?? []
      return records.map(recordKey).sort().join('\n')
    })

  /** Copies the data, changes one accepted row of a subject among the 199, returns whose truth differs. */
  function differing(file: string, firm: string, from: RegExp, to: string) {
    const folder = mkdtempSync(join(scratch, 'data-'))
    cpSync(data, folder, { recursive: true })
    // Latin-1 keeps every byte as it is, whatever the file's own encoding.
    const lines = readFileSync(join(folder, file), 'latin1').split('\n')
    const isTarget = (line: string, idNumber: string) => line.includes(idNumber) && from.test(line)
    const subject = expectedAnswers.findIndex(
      ({ idNumber, records }) =>
        records.some(
          record => record.firm === firm && record.amountFen !== null && record.status === 'open',
        ) &&
        lines.filter(line => line.includes(idNumber)).length === 1 &&
        lines.some(line => isTarget(line, idNumber)),
    )
    const idNumber = expectedAnswers[subject]?.idNumber ?? 'none'
    const changed = lines.map(line => (isTarget(line, idNumber) ? line.replace(from, to) : line))
    writeFileSync(join(folder, file), changed.join('\n'), 'latin1')
    const [before, after] = [published(truth), published(computeTruth(folder, asOf))]
    const indices = before.flatMap((records, index) => (records === after[index] ? [] : [index]))
    return { subject, indices }
  }

  const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

  test.each([
    ['status', 'jia.csv', 'jia', new RegExp(latin1('未了结')), latin1('争议中')],
    ['status to withdrawn', 'bing.csv', 'bing', new RegExp(latin1('未了结')), latin1('已撤销')],
    ['amount', 'yi.txt', 'yi', /\|(\d+)\.(\d\d)\|/, '|1$1.$2|'],
    ['date', 'ding.csv', 'ding', /,20(2[0-3])-/, ',19$1-'],
  ])('%s in %s', (_what, file, firm, from, to) => {
    const { subject, indices } = differing(file, firm, from, to)
    expect(subject).toBeGreaterThanOrEqual(0)
    expect(indices).toEqual([subject])
  })
})

test('the verifier imports nothing but itself and Node', () => {
  const sources = readdirSync(import.meta.dirname).filter(name => /^[a-z]+\.ts$/.test(name))
  expect(sources).toContain('main.ts')
  const texts = sources.map(name => readFileSync(join(import.meta.dirname, name), 'utf8'))
  const imported = texts.flatMap(text => [...text.matchAll(/ from '([^']+)'$/gm)].map(match => match[1]))
  expect(imported).toContain('node:fs')
  expect(imported.filter(from => !/^(node:[a-z]+|\.\/[a-z]+\.ts)$/.test(from ?? ''))).toEqual([])
  // Every import has the form looked for above: nothing dynamic, nothing for its effects only.
  expect(texts.filter(text => /\bimport\s*\(|\brequire\b|^import\s*['"]|from "/m.test(text))).toEqual([])
})
