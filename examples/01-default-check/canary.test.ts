import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sm3 } from '@mixun/core/sm'
import { canaryForms } from '@mixun/core/testing'
import { afterAll, expect, test } from 'vitest'
import { type AskedSubject, readSubjects } from './inquiries.ts'
import { collectNeedles, findLeaks, searchedFiles } from './canary.ts'
import { DATA_FOLDER, PARTIES, RunFolder } from './parties.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mixun-canary-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const subjects = readSubjects()
const needles = collectNeedles(subjects)
const subject = subjects[0] as AskedSubject

function leaksIn(content: string | Buffer): number {
  const file = join(scratch, 'some.log')
  writeFileSync(file, content)
  return findLeaks([file], needles)[0]?.count ?? 0
}

test('every export is full of what is looked for', () => {
  expect(needles.numbers.size).toBeGreaterThan(10_000)
  for (const { exportFile } of PARTIES) {
    const file = join(DATA_FOLDER, exportFile)
    const [leak] = findLeaks([file], needles)
    expect(leak?.file).toBe(file)
    expect(leak?.count).toBeGreaterThan(500)
  }
})

test('a number is found in any surroundings, in either case and in its 15-digit form', () => {
  const { idNumber } = subject
  expect(leaksIn(`{"msg":"asked about ${idNumber}"}`)).toBe(1)
  expect(leaksIn(Buffer.concat([Buffer.from([0, 255, 18]), Buffer.from(`a7${idNumber}ff`)]))).toBe(1)
  const withLetter = [...needles.numbers].find(number => number.endsWith('X')) as string
  expect(leaksIn(withLetter.toLowerCase())).toBe(1)
  const short = [...needles.numbers].find(number => number.length === 15) as string
  expect(leaksIn(`no ${short}.`)).toBe(1)
  expect([...needles.numbers].some(number => number.startsWith(insert19(short)))).toBe(true)
})

test('an unsalted digest of an asked subject is found, raw and in hexadecimal', () => {
  const digest = createHash('sha256').update(`${subject.idType}:${subject.idNumber}`).digest()
  expect(leaksIn(Buffer.concat([Buffer.from('entry'), digest]))).toBe(1)
  expect(leaksIn(digest.toString('hex'))).toBe(1)
})

test('an asked subject is found in hex, base64, UTF-16, reversed and as SM3', () => {
  const { idType, idNumber } = subject
  const forms = canaryForms(subject).filter(({ name }) => !/, (raw|lower case|upper case)$/.test(name))
  expect(forms.length).toBeGreaterThan(40)
  for (const { bytes } of forms) expect(leaksIn(Buffer.from(bytes))).toBeGreaterThan(0)
  expect(leaksIn(Buffer.from(sm3(Buffer.from(`${idType}:${idNumber}`))))).toBe(1)
})

test('other digits are no leak', () => {
  expect(leaksIn(`${'1234567890'.repeat(40)} ${subject.idNumber.slice(0, 14)}`)).toBe(0)
})

test('logs, findings and databases of all homes are searched', () => {
  const folder = new RunFolder(join(scratch, 'run'))
  const made = [
    folder.log('jia'),
    join(folder.home('association'), 'data', 'ledger.db'),
    join(folder.home('yi'), 'findings', 'batch-1.csv'),
  ]
  for (const file of made) {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, '')
  }
  expect(searchedFiles(folder).toSorted()).toEqual(made.toSorted())
})

const insert19 = (short: string) => `${short.slice(0, 6)}19${short.slice(6)}`
