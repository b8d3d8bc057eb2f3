import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseCell, parseAmountCell, parseDateCell } from './normalise.ts'
import { smallProfile } from './testing/fixtures.ts'

const { amount: yuan, dateFormats } = smallProfile()
if (!yuan) throw new Error('the small profile has amounts')

describe('normaliseCell', () => {
  it.each([
    [' 123  ', '123'],
    ['\u3000１２３Ｘ\u3000', '123X'],
    ['="123"', '123'],
    ['=" 123 "', '123'],
    ["'123", '123'],
    ['＝＂１２３＂', '123'],
    ['x', 'x'],
    ['含,逗号', '含,逗号'],
    ['①', '①'],
    ['="123', '="123'],
    ["12'3", "12'3"],
  ])('makes %j into %j', (text, plain) => {
    expect(normaliseCell(text)).toBe(plain)
  })

  it('leaves what it made as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        fc.pre(!/['"=＇＂＝]/.test(text))
        expect(normaliseCell(normaliseCell(text))).toBe(normaliseCell(text))
      }),
    )
  })
})

describe('parseDateCell', () => {
  it.each([
    ['2021-05-31', '2021-05-31'],
    ['2021/5/31', '2021-05-31'],
    ['2021/05/01', '2021-05-01'],
    ['20210531', '2021-05-31'],
    ['2021年5月31日', '2021-05-31'],
    ['2020年12月1日', '2020-12-01'],
  ])('reads %s', (cell, date) => {
    expect(parseDateCell(cell, dateFormats)).toBe(date)
  })

  it.each([
    '2021-02-30',
    '20211301',
    '昨天',
    '',
    '2021-5-31',
    '2021/5',
    '2021年5月31',
    '31/5/2021',
    '2021-05-31 00:00:00',
    '44347',
    '210531',
  ])('finds no date in %j', cell => {
    expect(parseDateCell(cell, dateFormats)).toBeNull()
  })

  it('reads only the formats of the profile', () => {
    expect(parseDateCell('2021/5/31', ['YYYY-MM-DD'])).toBeNull()
  })
})

describe('parseAmountCell', () => {
  it.each<[string, bigint | null]>([
    ['24137952.52', 2_413_795_252n],
    ['19,886,374.37', 1_988_637_437n],
    ['33916569.24元', 3_391_656_924n],
    ['22,957,789元', 2_295_778_900n],
    ['8413.1094万元', 8_413_109_400n],
    ['4130.830200 万元', 4_130_830_200n],
    ['5万元', 5_000_000n],
    ['0', 0n],
    ['007.5', 750n],
    ['12.3', 1_230n],
    ['90071992547409.91', 2n ** 53n - 1n],
    ['', null],
  ])('reads %j', (cell, fen) => {
    expect(parseAmountCell(cell, yuan)).toEqual({ fen })
  })

  it.each([
    '-100.00',
    '+100',
    '12.345',
    '12.340',
    '1e6',
    '约五万',
    '1.0000001万元',
    '1,00',
    '1,0000',
    ',100',
    '1,,000',
    '1.000,00',
    '.5',
    '5.',
    '元',
    '万元',
    '12元元',
    '12美元',
    '1 000',
    '0x10',
    '90071992547409.92',
    '9'.repeat(5_000),
  ])('finds no amount in %j', cell => {
    expect(parseAmountCell(cell, yuan)).toBeNull()
  })

  it('reads back every amount that is written out', () => {
    const number = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n })
    fc.assert(
      fc.property(number, fen => {
        const [whole, cents] = [String(fen / 100n), String(fen % 100n).padStart(2, '0')]
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
        const wan = `${fen / 1_000_000n}.${String(fen % 1_000_000n).padStart(6, '0')}`
        for (const cell of [`${whole}.${cents}`, `${grouped}.${cents}元`, `${wan}万元`]) {
          expect(parseAmountCell(cell, yuan)).toEqual({ fen })
        }
      }),
    )
  })

  it('takes the unit and the separator from the profile', () => {
    const fen = { unit: 'fen', thousandsSeparator: '', suffixes: new Map() } as const
    expect(parseAmountCell('1234', fen)).toEqual({ fen: 1234n })
    expect(parseAmountCell('12.5', fen)).toBeNull()
    expect(parseAmountCell('1,234', fen)).toBeNull()
    expect(parseAmountCell('1.2', { ...fen, unit: 'wan-yuan' })).toEqual({ fen: 1_200_000n })
  })
})
