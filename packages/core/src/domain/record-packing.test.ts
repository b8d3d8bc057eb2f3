import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { compareRecords, type DefaultRecord, packRecords, parseIsoDate, unpackRecords } from './index.ts'
import { make, records } from './testing/record-arbitrary.ts'

const plain = (list: readonly DefaultRecord[]) => list.map(record => record.toPlain())
describe('packRecords and unpackRecords', () => {
  it('give back the same records in order, in rows within their length', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 96, max: 512 }), (list, rowPayloadBytes) => {
        const payloads = packRecords(list, rowPayloadBytes, 12)
        for (const payload of payloads) {
          expect(payload.length).toBeGreaterThan(0)
          expect(payload.length).toBeLessThanOrEqual(rowPayloadBytes)
        }
        expect(plain(unpackRecords(payloads))).toEqual(plain(list.toSorted(compareRecords)))
      }),
    )
  })

  it('make the same bytes whatever the order of the records', () => {
    fc.assert(
      fc.property(records, list => {
        const payloads = packRecords(list, 160, 12)
        expect(packRecords(list.toReversed(), 160, 12)).toEqual(payloads)
      }),
    )
  })

  it('order by date, then kind, then an unknown amount before a known one', () => {
    const list = [
      make({ occurredOn: parseIsoDate('2023-12-31'), kind: 'judicial-dispute' }),
      make({ amountFen: null }),
      make(),
      make({ kind: 'false-information' }),
      make({ occurredOn: parseIsoDate('2024-05-11'), kind: 'margin-collateral-shortfall' }),
    ]
    expect(plain(unpackRecords(packRecords(list.toReversed(), 512, 1)))).toEqual(plain(list))
  })

  it('keep a fixed layout', () => {
    const cured = make({ status: 'cured', curedOn: parseIsoDate('2025-01-02'), amountFen: null })
    const dateKind = '0134d87e00ca'
    const tail = `00036a6961${'07'.repeat(32)}`
    const row = `01000102${dateKind}01${'0000000042813ba0'}00${tail}${dateKind}02${'01'}0134fdf6${tail}`
    expect(packRecords([cured, make()], 256, 4).map(toHex)).toEqual([row])
  })

  it('make no row for no records', () => {
    expect(packRecords([], 256, 4)).toEqual([])
    expect(unpackRecords([])).toEqual([])
  })

  it('refuse records that need more rows than the table allows', () => {
    const list = ['01', '02', '03', '04', '05'].map(day =>
      make({ occurredOn: parseIsoDate(`2024-01-${day}`) }),
    )
    expect(packRecords(list, 114, 3)).toHaveLength(3)
    expectCode('ERR_RECORD_OVERFLOW', () => packRecords(list, 114, 2))
    expectCode('ERR_RECORD_OVERFLOW', () => packRecords(list, 512, 0))
  })

  it('refuse a record that is longer than a row', () => {
    expect(packRecords([make()], 57, 1)[0]).toHaveLength(57)
    expectCode('ERR_RECORD_OVERFLOW', () => packRecords([make()], 56, 4))
  })

  it('refuse two classes in one pack, and a record that occurs twice', () => {
    expectCode('ERR_RECORD_INVALID', () =>
      packRecords([make(), make({ kind: 'key-monitored-list' })], 512, 4),
    )
    expectCode('ERR_RECORD_INVALID', () => packRecords([make(), make()], 512, 4))
  })
})
