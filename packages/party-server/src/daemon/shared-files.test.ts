import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SharedFiles } from './shared-files.ts'

it('holds one copy of a file as it is on disk, however many sessions send it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-shared-'))
  const [table, other] = [join(folder, 'table'), join(folder, 'other')]
  writeFileSync(table, 'rows')
  writeFileSync(other, 'rows')
  const files = new SharedFiles()
  const content = files.read(table)
  expect(Buffer.from(content).toString()).toBe('rows')
  expect(files.read(table)).toBe(content)
  expect(files.read(other)).not.toBe(content)
  writeFileSync(table, 'other rows')
  expect(Buffer.from(files.read(table)).toString()).toBe('other rows')
})
