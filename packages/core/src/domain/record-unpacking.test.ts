import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { expectCode } from '../testing/index.ts'
import { packRecords, unpackRecords } from './index.ts'
import { make, records } from './testing/record-arbitrary.ts'

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
