import { mkdtempSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { ConsentStore } from './consent-store.ts'
import { InquiryStore } from './inquiries.ts'
import { Vault } from './vault.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'mixun-inquiries-')), 'inquiries.db')
const vault = new Vault(intl, new Uint8Array(32).fill(1))
const id = (fill: number) => new Uint8Array(16).fill(fill)
const line = { subject: utf8('resident-id:1'), operator: 'li.na', askedAt: 1_000 }
const secret = { consentId: id(1), factor: new Uint8Array(32).fill(9) }

it('answers a request id for its own subject only', () => {
  using store = new InquiryStore(file(), vault)
  const scope = [utf8('resident-id:1'), id(1)]
  expect(store.inquiry('r-1', scope)).toBeUndefined()
  store.start('r-1', scope, id(2), secret, line)
  expect(store.inquiry('r-1', scope)).toMatchObject({ intentId: id(2), secret, answer: null })
  expectCode('ERR_REQUEST_ID_REUSED', () => store.inquiry('r-1', [utf8('resident-id:2'), id(1)]))
  store.answered('r-1', '{"verdict":"clear"}')
  expect(store.inquiry('r-1', scope)?.answer).toBe('{"verdict":"clear"}')
  store.start('r-2', scope, id(3), secret, line) // the same subject in another request is fine
  expect(store.inquiryById('r-2')?.intentId).toEqual(id(3))
})

it('still opens the intent of an inquiry that was cut off and asked anew', () => {
  using store = new InquiryStore(file(), vault)
  const scope = [utf8('resident-id:1'), id(1)]
  const anew = { ...secret, factor: new Uint8Array(32).fill(8) }
  store.start('r', scope, id(2), secret, line)
  store.start('r', scope, id(3), anew, line)
  expect(store.inquiryById('r')).toMatchObject({ intentId: id(3), secret: anew })
  expect(store.inquiryByIntent(id(3))).toEqual({ requestId: 'r', secret: anew })
  expect(store.inquiryByIntent(id(2))).toEqual({ requestId: 'r', secret })
  expect(store.inquiryByIntent(id(4))).toBeUndefined()
})

it('keeps nothing readable about a subject in the file', () => {
  const path = file()
  const store = new InquiryStore(path, vault)
  const consents = new ConsentStore(path, vault)
  const subject = {
    idType: 'resident-id',
    idNumber: 'CANARY990528',
    opening: new Uint8Array(32),
    documentSalt: new Uint8Array(32).fill(7),
  }
  consents.add(id(5), utf8('resident-id:CANARY990528'), utf8('receipt'), subject)
  store.start('r', [utf8('resident-id:CANARY990528')], id(6), secret, line)
  store.answered('r', '{"record":"CANARY990528"}')
  expect(consents.find(id(5))).toEqual({ receipt: utf8('receipt'), secret: subject })
  expect(consents.find(id(6))).toBeUndefined()
  store[Symbol.dispose]()
  consents[Symbol.dispose]()
  expect(readFileSync(path).includes('CANARY')).toBe(false)
  expect(readFileSync(path).includes('receipt')).toBe(true)
})

it('keeps a journal of who asked about whom, found by the subject alone', () => {
  using store = new InquiryStore(file(), vault)
  store.start('r-1', [id(1)], id(2), secret, line)
  store.start('r-1', [id(1)], id(3), secret, { ...line, askedAt: 2_000, operator: null })
  store.start('r-2', [id(1)], id(4), secret, { ...line, subject: utf8('resident-id:2') })
  const base = { requestId: 'r-1', consentId: id(1), answerDigest: null }
  expect(store.inquiriesAbout(utf8('resident-id:1'))).toEqual([
    { ...base, intentId: id(2), askedAt: 1_000, operator: 'li.na' },
    { ...base, intentId: id(3), askedAt: 2_000, operator: null },
  ])
  expect(store.inquiriesAbout(utf8('resident-id:3'))).toEqual([])
})

it('erases what is older than its retention, keeps digest and opening: ERR_INQUIRY_PURGED', () => {
  const path = file()
  const store = new InquiryStore(path, vault)
  const transcript = {
    request: new Uint8Array(96).fill(1),
    evaluation: new Uint8Array(96).fill(2),
    unblinded: new Uint8Array(32).fill(3),
    proof: new Uint8Array(64).fill(4),
  }
  const evaluations = [{ provider: 'yi', class: 'B', transcript }]
  const scope = [id(1)]
  store.start('old', scope, id(9), secret, line) // cut off, and asked anew
  store.start('old', scope, id(2), secret, line)
  store.answered('old', '{"old":true}', evaluations)
  store.start('new', scope, id(3), secret, { ...line, askedAt: 5_000 })
  store.answered('new', '{"new":true}', evaluations)
  const sealedTranscript = () => new DatabaseSync(path).prepare('SELECT * FROM evaluations').all()
  const [kept] = sealedTranscript() as { sealed_transcript: Uint8Array }[]
  const needle = Buffer.from(kept?.sealed_transcript ?? [])
  const isStored = () => [path, `${path}-wal`].some(name => readFileSync(name).includes(needle))
  expect([isStored(), store.evaluations(id(2))]).toEqual([true, evaluations])
  const counts = { answers: 1, evaluations: 1, cutOff: 1 }
  const purge = (isDryRun = false, isOver = () => true) =>
    store.purge(5_000, { hash: intl.hash, isOver, isDryRun })
  expect(store.askedBefore(5_000)).toEqual([id(9), id(2)])
  expect(purge(true)).toEqual(counts)
  expect(purge(true, () => false)).toEqual({ ...counts, cutOff: 0 })
  expect(store.inquiry('old', scope)?.answer).toBe('{"old":true}')
  expect(purge()).toEqual(counts)
  expect(purge()).toEqual({ answers: 0, evaluations: 0, cutOff: 0 })
  expectCode('ERR_INQUIRY_PURGED', () => store.inquiry('old', scope))
  expect(store.inquiryById('old')).toMatchObject({ answer: null, secret })
  expect(store.inquiryByIntent(id(9))).toBeUndefined()
  expect([store.evaluations(id(2)), store.evaluations(id(3))]).toEqual([[], evaluations])
  expect(store.inquiry('new', scope)?.answer).toBe('{"new":true}')
  const [, purged] = store.inquiriesAbout(utf8('resident-id:1'))
  expect(purged?.answerDigest).toEqual(intl.hash(utf8('{"old":true}')))
  expect(isStored()).toBe(false)
  store[Symbol.dispose]()
})
