import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type DefaultRecord, kindByCode, packRecords, Subject, unpackRecords } from '@mixun/core/domain'
import { loadProfile } from '../profiles/index.ts'
import { type AcceptedRow } from './import.ts'
import { BROKERS, chunks, EXPORTS, type Exporter, importAll, importExport } from './testing/fixtures.ts'

interface Answer {
  readonly idType: string
  readonly idNumber: string
  readonly records: readonly Readonly<Record<string, string | null>>[]
}

const answers: readonly Answer[] = JSON.parse(readFileSync(join(BROKERS, 'expected-answers.json'), 'utf8'))
const firms = Object.keys(EXPORTS) as Exporter[]

type Book = Map<string, DefaultRecord[]>

/** The published records of every subject. */
function addPublished(book: Book, rows: readonly AcceptedRow[]): void {
  for (const { imported, published } of rows) {
    const number = imported.subject.reveal()
    if (published) book.set(number, [...(book.get(number) ?? []), imported.record])
  }
}

const answerOf = (book: Book, { idType, idNumber }: Answer) =>
  (book.get(Subject.parse(idType, idNumber).reveal()) ?? []).map(record => ({
    firm: record.reporter,
    class: record.class,
    kind: kindByCode(record.kind).zh,
    occurredOn: record.occurredOn,
    amountFen: record.amountFen?.toString() ?? null,
    status: record.status,
  }))

const sorted = (list: readonly object[]) =>
  list.map(entry => JSON.stringify(entry, Object.keys(entry).sort())).sort()

it('publishes for each of the 199 asked subjects exactly the expected records, class A included', async () => {
  const book: Book = new Map()
  for (const firm of firms) addPublished(book, (await importExport(firm)).accepted)
  expect(answers).toHaveLength(199)
  expect(answers.flatMap(answer => answer.records)).toHaveLength(231)
  for (const answer of answers) expect(sorted(answerOf(book, answer))).toEqual(sorted(answer.records))
})

it('fits the published records of every subject and class into two rows of 192 bytes', async () => {
  for (const firm of firms) {
    const book: Book = new Map()
    addPublished(book, (await importExport(firm)).accepted)
    for (const records of book.values()) {
      for (const recordClass of ['A', 'B', 'C']) {
        const ofClass = records.filter(record => record.class === recordClass)
        expect(unpackRecords(packRecords(ofClass, 192, 2))).toHaveLength(ofClass.length)
      }
    }
  }
})

it('changes exactly one answer when one row of an export is changed', async () => {
  const asked = answers.find(answer => answer.records.some(record => record.firm === 'jia')) as Answer
  const text = readFileSync(join(BROKERS, EXPORTS.jia), 'utf8')
  const row = text.split('\n').find(candidate => candidate.includes(asked.idNumber)) as string
  const changedText = text.replace(
    row,
    row.replace('股票质押,', '融资融券,').replace(/(\d)\.(\d\d),/, '$1.99,'),
  )
  const before: Book = new Map()
  const after: Book = new Map()
  addPublished(before, (await importExport('jia')).accepted)
  const profile = await loadProfile('jia')
  addPublished(after, (await importAll(profile, chunks(Buffer.from(changedText), 60_000), 'jia')).accepted)
  const changed = answers.filter(answer => {
    return JSON.stringify(answerOf(before, answer)) !== JSON.stringify(answerOf(after, answer))
  })
  expect(changed).toEqual([asked])
})
