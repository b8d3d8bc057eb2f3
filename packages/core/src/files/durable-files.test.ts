import { linkSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { utf8 } from '../bytes/index.ts'
import { insecure_observeDurability } from '../durability/durability.ts'
import { createFileDurably, destroyFile, writeFileDurably } from './durable-files.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'mixun-files-'))
const modeOf = (file: string) => statSync(file).mode & 0o777

it('replaces a file whole, from bytes, text or pieces, and leaves no temporary one', () => {
  const root = folder()
  const file = join(root, 'a')
  for (const content of ['first', Uint8Array.of(1, 2), [utf8('in '), new Uint8Array(0), utf8('pieces')]]) {
    writeFileDurably(file, content)
    const bytes =
      typeof content === 'string'
        ? utf8(content)
        : [...content].flatMap(each => (typeof each === 'number' ? each : [...each]))
    expect([...readFileSync(file)]).toEqual([...bytes])
  }
  expect(readdirSync(root)).toEqual(['a'])
  expect(modeOf(file)).toBe(0o644)
})

it('leaves the old file, and nothing else, when the content fails half-way', () => {
  const root = folder()
  const file = join(root, 'a')
  writeFileDurably(file, 'first')
  function* failing(): Generator<Uint8Array> {
    yield utf8('second')
    throw new Error('no more')
  }
  expect(() => writeFileDurably(file, failing())).toThrow('no more')
  expect(() => createFileDurably(join(root, 'b'), failing())).toThrow('no more')
  expect(readFileSync(file, 'utf8')).toBe('first')
  expect(readdirSync(root)).toEqual(['a'])
})

it('makes a file once, and lets nothing of a crash stand in its way', () => {
  const root = folder()
  const file = join(root, 'key')
  writeFileDurably(`${file}.${process.pid}.tmp`, 'of a crash')
  expect(createFileDurably(file, 'first', 0o600)).toBe(true)
  expect(modeOf(file)).toBe(0o600)
  expect(createFileDurably(file, 'second', 0o600)).toBe(false)
  expect(readFileSync(file, 'utf8')).toBe('first')
  expect(readdirSync(root)).toEqual(['key'])
})

it('destroys the content of a file, not its name alone', () => {
  const root = folder()
  const [file, link] = [join(root, 'key'), join(root, 'link')] as const
  writeFileDurably(file, 'secret')
  linkSync(file, link) // what else still leads to the blocks
  destroyFile(file)
  expect(readdirSync(root)).toEqual(['link'])
  expect([...readFileSync(link)]).toEqual([0, 0, 0, 0, 0, 0])
})

it('passes a durability point at every boundary', () => {
  const file = join(folder(), 'a')
  const points: string[] = []
  insecure_observeDurability(point => void points.push(point))
  try {
    writeFileDurably(file, 'a')
    destroyFile(file)
    createFileDurably(file, 'b')
  } finally {
    insecure_observeDurability(() => {})
  }
  const written = ['file/written', 'file/synced']
  expect(points).toEqual([
    ...written,
    'file/renamed',
    'folder/synced',
    'file/zeroed',
    'file/zeros-synced',
    'file/unlinked',
    'folder/synced',
    ...written,
    'file/linked',
    'temporary/unlinked',
    'folder/synced',
  ])
})
