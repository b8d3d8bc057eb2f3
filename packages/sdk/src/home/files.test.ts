import { chmodSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { writeFileDurably } from '@mixun/core/files'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { anchorToJson, parseAnchor } from './anchor.ts'
import { openDatabase, transaction } from './database.ts'
import { createSecretFile, readHomeFile, readSecretFile, writeSecretFile } from './files.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'mixun-files-'))
const modeOf = (file: string) => statSync(file).mode & 0o777

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

it('names what is missing', () => {
  const file = join(folder(), 'key')
  expect(expectCode('ERR_HOME_MISSING', () => readHomeFile(file)).message).toContain(file)
})

it('says how to close a secret file that others may read', () => {
  const file = join(folder(), 'key')
  writeFileDurably(file, 'secret')
  expect(expectCode('ERR_KEY_FILE', () => readSecretFile(file)).message).toContain(`chmod 600 ${file}`)
})

it('makes a secret file once, and lets nothing of a crash stand in its way', () => {
  const root = folder()
  const file = join(root, 'key')
  writeFileDurably(`${file}.${process.pid}.tmp`, 'of a crash')
  expect(createSecretFile(file, utf8('first'))).toBe(true)
  expect(modeOf(file)).toBe(0o600)
  expect(createSecretFile(file, utf8('second'))).toBe(false)
  expect(readSecretFile(file).toString()).toBe('first')
  expect(readdirSync(root)).toEqual(['key'])
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
