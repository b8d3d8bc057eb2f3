import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '@mixun/core/random'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { Vault } from '@mixun/sdk/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storedRecord } from '../testing/records.ts'
import { textsOfDefaults } from '../testing/secrets.ts'
import { investor } from '../testing/subjects.ts'
import { Batches, type NewBatch } from './batches.ts'

const identity = { partyId: 'jia', suite: intl, signingKey: intl.generateSigningKey(systemRandom) }
const vault = new Vault(intl, new Uint8Array(32).fill(5))
const made = { subject: investor(1), kind: 'judicial-dispute' } as const
const record = storedRecord({ identity }, made)
const NEW: NewBatch = { fileName: 'a.csv', profile: 'jia', asOf: '2026-06-30', maker: 'ma.li' }
const SUMMARY = { rows: 1, accepted: 1, published: 1, rejected: {} }

let folder: string
let batches: Batches
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-batches-'))
  batches = new Batches(join(folder, 'records.db'), vault)
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Imports one record as a file with this digest. */
function importFile(digest: string, isPublished = true, changes: Partial<NewBatch> = {}): number {
  const batch = batches.begin({ ...NEW, ...changes })
  try {
    batch.add(1, isPublished, record)
    batch.commit(digest, SUMMARY)
  } finally {
    batch.rollback()
  }
  return batch.id
}

function approve(id: number): void {
  batches.decide(id, 'wang.fang', 'reviewed')
  batches.decide(id, 'wang.fang', 'approved')
}

const publishable = () => [...batches.approved('B')].filter(({ isPublished }) => isPublished)

it('keeps a batch, and publishes its records once it is approved', () => {
  const id = importFile('aa')
  expect(batches.all()).toEqual([batches.get(id)])
  expect(batches.get(id)).toMatchObject({ ...NEW, id, state: 'imported', checker: null, summary: SUMMARY })
  batches.decide(id, 'wang.fang', 'reviewed')
  expect(publishable()).toEqual([])
  batches.decide(id, 'wang.fang', 'approved')
  const [kept, ...others] = publishable()
  expect(others).toEqual([])
  expect(kept?.subject.equals(made.subject)).toBe(true)
  expect(kept?.record.toPlain()).toEqual(record.record.toPlain())
  expect([...batches.approved('C')]).toEqual([])
})

it('the same file is imported once: ERR_IMPORT_DUPLICATE, and nothing is kept twice', () => {
  const id = importFile('aa')
  const error = expectCode('ERR_IMPORT_DUPLICATE', () => importFile('aa'))
  expect(error.details).toEqual({ batch: id })
  approve(id)
  expect(batches.all()).toHaveLength(1)
  expect(publishable()).toHaveLength(1)
  approve(importFile('bb')) // another file may report the same default
  expect(publishable()).toHaveLength(2)
})

it('an import that ends midway leaves nothing, and the store is free for the next one', () => {
  const cut = batches.begin(NEW)
  cut.add(1, true, record)
  cut.rollback()
  expect(batches.all()).toEqual([])
  const abandoned = batches.begin(NEW)
  abandoned.add(1, true, record)
  batches[Symbol.dispose]() // as when the process dies
  batches = new Batches(join(folder, 'records.db'), vault)
  expect(batches.all()).toEqual([])
  expect(importFile('aa')).toBe(1)
})

it('the maker of a batch neither reviews nor approves nor rejects it', () => {
  const id = importFile('aa')
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => batches.decide(id, 'ma.li', 'reviewed'))
  batches.decide(id, 'wang.fang', 'reviewed')
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => batches.decide(id, 'ma.li', 'approved'))
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => batches.decide(id, 'ma.li', 'rejected'))
  expect(batches.get(id)).toMatchObject({ state: 'reviewed', checker: 'wang.fang' })
})

it('a batch is reviewed before it is approved or rejected, and decided once', () => {
  const id = importFile('aa')
  expectCode('ERR_REVIEW_STATE', () => batches.decide(id, 'wang.fang', 'approved'))
  expectCode('ERR_REVIEW_STATE', () => batches.decide(id, 'wang.fang', 'rejected'))
  approve(id)
  for (const next of ['reviewed', 'approved', 'rejected'] as const) {
    expectCode('ERR_REVIEW_STATE', () => batches.decide(id, 'wang.fang', next))
  }
  const sentBack = importFile('bb')
  batches.decide(sentBack, 'wang.fang', 'reviewed')
  batches.decide(sentBack, 'wang.fang', 'rejected')
  expectCode('ERR_REVIEW_STATE', () => batches.decide(sentBack, 'wang.fang', 'approved'))
  expect(publishable()).toHaveLength(1)
})

it('an unknown batch is named as such', () => {
  expectCode('ERR_BATCH_UNKNOWN', () => batches.get(7))
  expectCode('ERR_BATCH_UNKNOWN', () => batches.decide(7, 'wang.fang', 'reviewed'))
})

it('keeps records that are not to be published out of the publication', () => {
  approve(importFile('aa', false))
  expect(publishable()).toEqual([])
  expect([...batches.approved('B')]).toHaveLength(1)
})

it('holds no subject and no record in the clear', () => {
  const id = importFile('aa')
  approve(id)
  batches[Symbol.dispose]()
  const stored = readdirSync(folder).map(name => readFileSync(join(folder, name)))
  const holds = (text: string) => stored.some(file => file.includes(text))
  expect(textsOfDefaults([made]).filter(holds)).toEqual([])
  expect(holds('judicial-dispute')).toBe(false)
  expect(holds('a.csv')).toBe(true)
  const foreign = new Batches(join(folder, 'records.db'), new Vault(intl, new Uint8Array(32).fill(6)))
  expectCode('ERR_VERIFY_OPEN', () => [...foreign.approved('B')])
})

function approveFile(digest: string, changes: Partial<NewBatch>): void {
  const id = importFile(digest, true, changes)
  batches.decide(id, 'wang.fang', 'reviewed')
  batches.decide(id, 'wang.fang', 'approved')
}

it('judges anew at each publication, and keeps basis and cohort', () => {
  approveFile('a', {})
  expect([...batches.approved('B', () => false)].map(({ isPublished }) => isPublished)).toEqual([false])
  expect(publishable()).toMatchObject([{ basis: record.basis, cohort: 'new' }])
})

it('lets an approved full export end what earlier ones of its profile held, and no others', () => {
  approveFile('a', { isFull: true })
  approveFile('b', {})
  approveFile('c', { profile: 'other' })
  const waiting = importFile('d', true, { isFull: true })
  expect(publishable()).toHaveLength(3)
  batches.decide(waiting, 'wang.fang', 'reviewed')
  batches.decide(waiting, 'wang.fang', 'approved')
  expect(publishable()).toHaveLength(2)
  approveFile('e', {})
  expect(publishable()).toHaveLength(3)
})

it('shares nothing more under an authorisation that was withdrawn, whenever it is imported', () => {
  approveFile('a', {})
  const { basis } = record
  expect(batches.withdrawSharing('ma.li', stored => stored.subject.reveal() === 'nobody')).toBe(0)
  expect(publishable()).toHaveLength(1)
  expect(batches.withdrawSharing('ma.li', stored => stored.basis.kind === basis.kind)).toBe(1)
  approveFile('b', {})
  expect(publishable()).toHaveLength(0)
  expect([...batches.approved('B')]).toHaveLength(2)
})

it('gives the records of a subject one after the other, oldest batch first, whoever imported meanwhile', () => {
  const importAll = (digest: string, numbers: readonly number[]) => {
    const batch = batches.begin(NEW)
    for (const [i, number] of numbers.entries()) {
      const occurredOn = `2025-01-0${batch.id}`
      batch.add(i, true, storedRecord({ identity }, { ...made, subject: investor(number), occurredOn }))
    }
    batch.commit(digest, SUMMARY)
    approve(batch.id)
  }
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8]
  importAll('a', numbers)
  importAll('b', numbers.toReversed())
  importAll('c', [9, 3])
  expect(batches.subjectCount('B')).toBe(9)
  expect(batches.subjectCount('C')).toBe(0)
  const order = () => publishable().map(({ subject, record }) => [subject.reveal(), record.occurredOn])
  const seen = order()
  const runs = seen.filter(([subject], i) => subject !== seen[i - 1]?.[0])
  expect(runs).toHaveLength(9)
  const ofThird = seen.filter(([subject]) => subject === investor(3).reveal()).map(([, day]) => day)
  expect(ofThird).toEqual(['2025-01-01', '2025-01-02', '2025-01-03'])

  const reader = new Batches(join(folder, 'records.db'), vault)
  {
    using _snapshot = reader.snapshot()
    expect([...reader.approved('B')]).toHaveLength(18)
    importAll('d', [10])
    expect([...reader.approved('B')]).toHaveLength(18)
  }
  expect([...reader.approved('B')]).toHaveLength(19)
  reader[Symbol.dispose]()
})
