import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intl } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { investor } from '../testing/subjects.ts'
import { readBook } from './read-book.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-book-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function read(content: string) {
  const file = join(folder, 'book.csv')
  writeFileSync(file, content)
  const lines: [number, string, bigint][] = []
  const result = await readBook(intl, file, (dataRow, { subject, amount }) => {
    lines.push([dataRow, subject.reveal(), amount])
  })
  return { lines, rows: result.rows, findings: result.findings }
}

const [a, b] = [investor(1).reveal(), investor(2).reveal()]

test('a book in yuan or fen, by its header, with a byte order mark or without', async () => {
  const expected = [
    [1, a, 1_234_50n],
    [2, b, 0n],
  ]
  expect(
    (await read(`\ufeff证件号码,姓名,逾期金额（元）\r\n${a},某,"1,234.5"\r\n${b},某,0\r\n`)).lines,
  ).toEqual(expected)
  expect((await read(`证件号码,姓名,逾期金额（分）\n${a},某,123450\n${b},某,0\n`)).lines).toEqual(expected)
  expect((await read(`id_number,name,overdue_yuan\n${a},x,1234.50\n${b},x,0.00\n`)).lines).toEqual(expected)
  expect((await read(`id_number,name,overdue_fen\n${a},x,123450\n${b},x,0\n`)).lines).toEqual(expected)
})

test('rows that are no line are findings with field and reason, never with a value', async () => {
  const { lines, rows, findings } = await read(
    `id_number,name,overdue_fen\n123,x,1\n${a},x,-1\n${a},x,1.5\n${a},x,\n${b},x,7\n`,
  )
  expect([rows, lines]).toEqual([5, [[5, b, 7n]]])
  expect(findings.map(({ dataRow, line, field, reason }) => [dataRow, line, field, reason])).toEqual([
    [1, 2, 'id', 'id-format'],
    [2, 3, 'amount', 'amount'],
    [3, 4, 'amount', 'amount'],
    [4, 5, 'amount', 'amount'],
  ])
})

test('another header, or none, ends the import', async () => {
  await expectCodeAsync('ERR_IMPORT_COLUMNS', read(`id_number,overdue_fen\n${a},1\n`))
  await expectCodeAsync('ERR_IMPORT_COLUMNS', read(''))
  await expectCodeAsync('ERR_IMPORT_ROW', read(`id_number,name,overdue_fen\n${a},x\n`))
})
