import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import { DefaultRecord, type DefaultRecordFields, MAX_AMOUNT_FEN, parseIsoDate } from './index.ts'

const fields: DefaultRecordFields = {
  kind: 'contract-due-not-repaid',
  occurredOn: parseIsoDate('2024-05-10'),
  amountFen: 1_115_765_664n,
  status: 'open',
  curedOn: null,
  sourceDigest: new Uint8Array(32).fill(7),
  reporter: 'jia',
}
const cureDate = parseIsoDate('2025-01-01')

describe('DefaultRecord.of', () => {
  it('gives back what it was made of, and the class of the kind', () => {
    const record = DefaultRecord.of(fields)
    expect(record.toPlain()).toEqual({ ...fields, class: 'B' })
    const { class: recordClass, kind, occurredOn, amountFen, status, curedOn, reporter } = record
    expect({ recordClass, kind, occurredOn, amountFen, status, curedOn, reporter }).toEqual({
      recordClass: 'B',
      kind: 'contract-due-not-repaid',
      occurredOn: '2024-05-10',
      amountFen: 1_115_765_664n,
      status: 'open',
      curedOn: null,
      reporter: 'jia',
    })
  })

  it('cannot be changed through the bytes that went in or came out', () => {
    const sourceDigest = new Uint8Array(32)
    const record = DefaultRecord.of({ ...fields, sourceDigest })
    sourceDigest.fill(1)
    record.sourceDigest.fill(2)
    record.toPlain().sourceDigest.fill(3)
    expect(record.sourceDigest).toEqual(new Uint8Array(32))
  })

  it.each([
    ['an amount of nothing', { amountFen: 0n }],
    ['the largest amount', { amountFen: MAX_AMOUNT_FEN }],
    ['an unknown amount', { amountFen: null }],
    ['a cured record', { status: 'cured', curedOn: cureDate }],
    ['a disputed record that was cured', { status: 'disputed', curedOn: cureDate }],
    ['a withdrawn record', { status: 'withdrawn' }],
  ] as const)('takes %s', (_, change) => {
    expect(DefaultRecord.of({ ...fields, ...change }).toPlain()).toMatchObject(change)
  })

  it.each([
    ['kind', 'a kind outside the catalogue', { kind: 'overdue' as never }],
    ['occurredOn', 'a date outside the calendar', { occurredOn: '2021-02-30' as never }],
    ['curedOn', 'a cure date outside the calendar', { status: 'cured', curedOn: '2021-2-3' as never }],
    ['amountFen', 'a negative amount', { amountFen: -1n }],
    ['amountFen', 'an amount above the limit', { amountFen: MAX_AMOUNT_FEN + 1n }],
    ['amountFen', 'an amount that is no bigint', { amountFen: 12 as never }],
    ['status', 'an unknown status', { status: 'closed' as never }],
    ['curedOn', 'cured without a date', { status: 'cured' }],
    ['curedOn', 'open with a cure date', { curedOn: cureDate }],
    ['sourceDigest', 'a digest of 31 bytes', { sourceDigest: new Uint8Array(31) }],
    ['reporter', 'a reporter that is no party id', { reporter: '甲证券' }],
  ] as const)('refuses, naming %s: %s', (field, _, change) => {
    const error = expectCode('ERR_RECORD_INVALID', () => DefaultRecord.of({ ...fields, ...change }))
    expect(error.message).toMatch(new RegExp(`^${field}: `))
  })
})
