import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { expectCode } from '../testing/index.ts'
import {
  calendarDate,
  compareRecords,
  DefaultRecord,
  type DefaultRecordFields,
  type IsoDate,
  MAX_AMOUNT_FEN,
  packRecords,
  parseIsoDate,
  RECORD_KINDS,
  RECORD_STATUSES,
  unpackRecords,
} from './index.ts'

const date = fc
  .tuple(
    fc.integer({ min: 1800, max: 2199 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => calendarDate(year, month, day) as IsoDate)

const recordOf = (recordClass: string) =>
  fc
    .record({
      kind: fc.constantFrom(
        ...RECORD_KINDS.filter(kind => kind.class === recordClass).map(kind => kind.code),
      ),
      occurredOn: date,
      amountFen: fc.option(fc.bigInt({ min: 0n, max: MAX_AMOUNT_FEN })),
      status: fc.constantFrom(...RECORD_STATUSES),
      curedOn: date,
      hasCureDate: fc.boolean(),
      sourceDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      reporter: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
    })
    .map(({ hasCureDate, curedOn, ...rest }) =>
      DefaultRecord.of({
        ...rest,
        curedOn: rest.status === 'cured' || (rest.status !== 'open' && hasCureDate) ? curedOn : null,
      }),
    )

const records = fc.constantFrom('A', 'B', 'C').chain(recordClass =>
  fc.uniqueArray(recordOf(recordClass), {
    maxLength: 12,
    comparator: (a, b) => compareRecords(a, b) === 0,
  }),
)

const plain = (list: readonly DefaultRecord[]) => list.map(record => record.toPlain())
const fields: DefaultRecordFields = {
  kind: 'contract-due-not-repaid',
  occurredOn: parseIsoDate('2024-05-10'),
  amountFen: 1_115_765_664n,
  status: 'open',
  curedOn: null,
  sourceDigest: new Uint8Array(32).fill(7),
  reporter: 'jia',
}
const make = (change: Partial<DefaultRecordFields> = {}) => DefaultRecord.of({ ...fields, ...change })

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

describe('unpackRecords of rows that packRecords did not make', () => {
  const twoRows = packRecords([make(), make({ amountFen: null })], 57, 2) as [Uint8Array, Uint8Array]
  const oneRow = packRecords([make(), make({ amountFen: null })], 256, 1)[0] as Uint8Array
  const changed = (at: number, value: number): Uint8Array[] => [oneRow.with(at, value)]

  it.each([
    ['a row is kept back', [twoRows[0]]],
    ['rows change places', twoRows.toReversed()],
    ['a row comes twice', [twoRows[0], twoRows[0]]],
    ['a row is empty', [Uint8Array.of(1, 0, 1, 0)]],
    [
      'a record comes twice',
      [concat(oneRow.subarray(0, 4).with(3, 3), oneRow.subarray(4, 49), oneRow.subarray(4))],
    ],
  ])('refuses when %s', (_, payloads) => {
    expectCode('ERR_DECODE_CANONICAL', () => unpackRecords(payloads))
  })

  it('refuses records of two classes', () => {
    const other = packRecords([make({ kind: 'key-monitored-list' })], 256, 1)[0] as Uint8Array
    const mixed = concat(oneRow.with(3, 3), other.subarray(4))
    expectCode('ERR_DECODE_CANONICAL', () => unpackRecords([mixed]))
  })

  it.each([
    ['version', 0, 2],
    ['date', 4, 0xff],
    ['kind', 9, 0],
    ['flags', 10, 4],
    ['status', 11, 9],
  ])('refuses an unknown %s', (_, at, value) => {
    expectCode('ERR_DECODE_SCHEMA', () => unpackRecords(changed(at, value)))
  })

  it('refuses contradicting fields, truncation and trailing bytes', () => {
    expectCode('ERR_RECORD_INVALID', () => unpackRecords(changed(11, 1)))
    expectCode('ERR_DECODE_LENGTH', () => unpackRecords([oneRow.subarray(0, -1)]))
    expectCode('ERR_DECODE_LENGTH', () => unpackRecords([new Uint8Array(0)]))
    expectCode('ERR_DECODE_TRAILING', () => unpackRecords([concat(oneRow, Uint8Array.of(0))]))
  })

  it('throws only coded errors on mutated bytes, and what it accepts is canonical', () => {
    const mutation = fc.record({
      at: fc.nat(),
      value: fc.nat(255),
      cut: fc.option(fc.nat()),
      tail: fc.uint8Array({ maxLength: 3 }),
    })
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(records, fc.array(mutation, { maxLength: 3 }), fc.nat(), (list, mutations, which) => {
        const payloads = packRecords(list, 200, 12)
        if (payloads.length > 0) {
          const index = which % payloads.length
          let bytes = payloads[index] as Uint8Array
          for (const { at, value, cut, tail } of mutations) {
            if (bytes.length > 0) bytes = bytes.with(at % bytes.length, value)
            if (cut !== null && cut % 4 === 0) bytes = bytes.subarray(0, cut % (bytes.length + 1))
            bytes = concat(bytes, tail)
          }
          payloads[index] = bytes
        }
        try {
          const unpacked = unpackRecords(payloads)
          accepted++
          const total = payloads.reduce((sum, payload) => sum + payload.length, 4)
          const repacked = packRecords(unpacked, Math.max(total, 5), 12)
          expect(concat(...repacked.map(payload => payload.subarray(4)))).toEqual(
            concat(...payloads.map(payload => payload.subarray(4))),
          )
        } catch (error) {
          if (!(error instanceof MixunError)) throw error
          refused++
        }
      }),
      { numRuns: 300 },
    )
    expect(Math.min(accepted, refused)).toBeGreaterThan(20)
  })
})
