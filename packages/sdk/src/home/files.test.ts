import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { anchorToJson, parseAnchor } from './anchor.ts'
import { openDatabase, transaction } from './database.ts'
import { readHomeFile, readSecretFile, writeFileDurably, writeSecretFile } from './files.ts'
import { readKey } from './home.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'mixun-files-'))
const modeOf = (file: string) => statSync(file).mode & 0o777

it('replaces a file whole and leaves no temporary one', () => {
  const root = folder()
  const file = join(root, 'a')
  writeFileDurably(file, 'first')
  writeFileDurably(file, Uint8Array.of(1, 2))
  expect([...readFileSync(file)]).toEqual([1, 2])
  expect(readdirSync(root)).toEqual(['a'])
})

it('writes secrets for their owner only, also over a file that others could read', () => {
  const file = join(folder(), 'key')
  writeFileDurably(file, 'public')
  expect(modeOf(file)).toBe(0o644)
  expectCode('ERR_KEY_FILE', () => readSecretFile(file))
  writeSecretFile(file, 'secret')
  expect(modeOf(file)).toBe(0o600)
  expect(readSecretFile(file).toString()).toBe('secret')
  chmodSync(file, 0o640)
  expectCode('ERR_KEY_FILE', () => readSecretFile(file))
})

it('names what is missing or malformed', () => {
  const file = join(folder(), 'key')
  expect(expectCode('ERR_HOME_MISSING', () => readHomeFile(file)).message).toContain(file)
  expectCode('ERR_HOME_MISSING', () => readKey(file))
  for (const content of ['', 'ab', 'g'.repeat(64), 'ab'.repeat(33)]) {
    writeSecretFile(file, content)
    expect(expectCode('ERR_KEY_FILE', () => readKey(file)).message).not.toContain('abab')
  }
  writeSecretFile(file, `${'ab'.repeat(32)}\n`)
  expect(readKey(file)).toEqual(new Uint8Array(32).fill(0xab))
})

it('keeps all of a transaction or none of it', () => {
  const file = join(folder(), 'a.db')
  const database = openDatabase(file, 'CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY) STRICT')
  const insert = (n: number) => database.prepare('INSERT INTO t VALUES (?)').run(n)
  expect(transaction(database, () => insert(1).changes)).toBe(1)
  const failing = () =>
    transaction(database, () => {
      insert(2)
      insert(1)
    })
  expect(failing).toThrow('UNIQUE')
  expect(database.prepare('SELECT n FROM t').all()).toEqual([{ n: 1 }])
  database.close()
})

it('reads a trust anchor as it was written, and nothing else: ERR_HOME_INVALID', () => {
  const anchor = {
    consortium: 'test',
    suite: 'intl',
    origin: 'test/ledger',
    association: { partyId: 'xiehui', publicKey: new Uint8Array(32).fill(7) },
  } as const
  const json = anchorToJson(anchor)
  expect(parseAnchor(JSON.stringify(json))).toEqual(anchor)
  const shortKey = { ...json, association: { id: 'xiehui', publicKey: '07' } }
  for (const bad of [{}, { ...json, suite: 'rot13' }, { ...json, more: 1 }, shortKey]) {
    expectCode('ERR_HOME_INVALID', () => parseAnchor(JSON.stringify(bad)))
  }
  expectCode('ERR_HOME_INVALID', () => parseAnchor('{'))
})
