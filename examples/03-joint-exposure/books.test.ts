import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Subject } from '@mixun/core/domain'
import { expect, test } from 'vitest'
import { idNumberOf, makeBooks, toCsv } from './books.ts'
import { plainSum } from './plain-sum.ts'

test('books are of valid numbers, and the plain sum is that of their lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-books-'))
  try {
    const books = [...makeBooks('test', ['a', 'b', 'c'], 30).values()]
    const files = books.map((lines, i) => {
      const file = join(folder, `${i}.csv`)
      writeFileSync(file, toCsv(lines))
      return file
    })
    for (let i = 0; i < 30; i++) {
      const number = idNumberOf(i)
      expect(Subject.parse('resident-id', number).reveal()).toBe(number)
      const own = books.map(lines => lines.filter(line => line.idNumber === number))
      expect(plainSum(files, number)).toEqual({
        overdueFen: own.flat().reduce((sum, line) => sum + line.overdueFen, 0n),
        count: own.filter(lines => lines.length > 0).length,
      })
    }
    expect([plainSum(files, idNumberOf(0)).count, plainSum(files, idNumberOf(29)).count]).toEqual([3, 0])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
