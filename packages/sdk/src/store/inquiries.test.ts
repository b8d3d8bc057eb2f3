import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { InquiryStore } from './inquiries.ts'
import { Vault } from './vault.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'mixun-inquiries-')), 'inquiries.db')
const vault = new Vault(intl, new Uint8Array(32).fill(1))
const id = (fill: number) => new Uint8Array(16).fill(fill)
const secret = { consentId: id(1), factor: new Uint8Array(32).fill(9) }

it('answers a request id for its own subject only', () => {
  using store = new InquiryStore(file(), vault)
  const scope = [utf8('resident-id:1'), id(1)]
  expect(store.inquiry('r-1', scope)).toBeUndefined()
  store.start('r-1', scope, id(2), secret)
  expect(store.inquiry('r-1', scope)).toMatchObject({ intentId: id(2), secret, answer: null })
  expectCode('ERR_REQUEST_ID_REUSED', () => store.inquiry('r-1', [utf8('resident-id:2'), id(1)]))
  store.answered('r-1', '{"verdict":"clear"}')
  expect(store.inquiry('r-1', scope)?.answer).toBe('{"verdict":"clear"}')
  store.start('r-2', scope, id(3), secret) // the same subject in another request is fine
  expect(store.inquiryById('r-2')?.intentId).toEqual(id(3))
})

it('still opens the intent of an inquiry that was cut off and asked anew', () => {
  using store = new InquiryStore(file(), vault)
  const scope = [utf8('resident-id:1'), id(1)]
  const anew = { ...secret, factor: new Uint8Array(32).fill(8) }
  store.start('r', scope, id(2), secret)
  store.start('r', scope, id(3), anew)
  expect(store.inquiryById('r')).toMatchObject({ intentId: id(3), secret: anew })
  expect(store.inquiryByIntent(id(3))).toEqual({ requestId: 'r', secret: anew })
  expect(store.inquiryByIntent(id(2))).toEqual({ requestId: 'r', secret })
  expect(store.inquiryByIntent(id(4))).toBeUndefined()
})

it('keeps nothing readable about a subject in the file', () => {
  const path = file()
  const store = new InquiryStore(path, vault)
  const subject = {
    idType: 'resident-id',
    idNumber: 'CANARY990528',
    opening: new Uint8Array(32),
    documentSalt: new Uint8Array(32).fill(7),
  }
  store.addConsent(id(5), utf8('resident-id:CANARY990528'), utf8('receipt'), subject)
  store.start('r', [utf8('resident-id:CANARY990528')], id(6), secret)
  store.answered('r', '{"record":"CANARY990528"}')
  expect(store.consent(id(5))).toEqual({ receipt: utf8('receipt'), secret: subject })
  expect(store.consent(id(6))).toBeUndefined()
  store[Symbol.dispose]()
  expect(readFileSync(path).includes('CANARY')).toBe(false)
  expect(readFileSync(path).includes('receipt')).toBe(true)
})
