import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { OwnRecords } from './own-records.ts'
import { Vault } from './vault.ts'

const vault = new Vault(intl, new Uint8Array(32).fill(7), seededRandom('vault'))

it('opens what it sealed, in its place only', () => {
  const sealed = vault.seal('a', utf8('secret'))
  expect(vault.open('a', sealed)).toEqual(utf8('secret'))
  expectCode('ERR_VERIFY_OPEN', () => vault.open('b', sealed))
  expectCode('ERR_VERIFY_OPEN', () =>
    vault.open(
      'a',
      sealed.map(byte => byte ^ 1),
    ),
  )
  expectCode('ERR_VERIFY_OPEN', () => vault.open('a', new Uint8Array(3)))
  expectCode('ERR_VERIFY_OPEN', () => new Vault(intl, new Uint8Array(32)).open('a', sealed))
})

it('indexes parts without ambiguity', () => {
  const index = (...parts: string[]) => Buffer.from(vault.index('p', ...parts.map(utf8))).toString('hex')
  expect(index('ab', 'c')).not.toBe(index('a', 'bc'))
  expect(index('ab')).toBe(index('ab'))
})

it('keeps own records per class without the subject or the record in the file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'mixun-own-')), 'own.db')
  const own = new OwnRecords(file, vault)
  const subject = utf8('resident-id:CANARY-SUBJECT')
  own.replace('B', [{ subject, payloads: [utf8('CANARY-RECORD'), utf8('two')] }])
  own.replace('C', [{ subject, payloads: [utf8('other class')] }])
  expect(own.find('B', subject)).toEqual([utf8('CANARY-RECORD'), utf8('two')])
  own.replace('B', [])
  expect(own.find('B', subject)).toEqual([])
  expect(own.find('C', subject)).toEqual([utf8('other class')])
  own[Symbol.dispose]()
  expect(readFileSync(file).includes('CANARY')).toBe(false)
})
