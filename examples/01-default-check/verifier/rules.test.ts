import { describe, expect, test } from 'vitest'
import { parseDelimited } from './csv.ts'
import { type RawRow, judgeRow, readAmount, readDate, readIdentity } from './rules.ts'

describe('reading', () => {
  test('fields in quotes hold separators, quotes and line breaks', () => {
    expect(parseDelimited('a|"b|""c""\r\nd"|e"f\r\n\r\n|\n', '|')).toEqual([
      ['a', 'b|"c"\r\nd', 'e"f'],
      ['', ''],
    ])
    expect(parseDelimited('a,', ',')).toEqual([['a', '']])
    expect(() => parseDelimited('"a', ',')).toThrow('never closed')
    expect(() => parseDelimited('"a"b,c', ',')).toThrow('after a closing quote')
  })

  test.each([
    ['1,234.5元', 123450n],
    ['8413.1094万元', 8413109400n],
    ['１２.３４', 1234n],
    ['', null],
    ['12.345', undefined],
    ['12.3456789万元', undefined],
    ['-1', undefined],
    ['1e6', undefined],
    ['1,23', undefined],
  ])('amount %s', (text, fen) => expect(readAmount(text)).toBe(fen))

  test.each([
    ['2021-05-31', '2021-05-31'],
    ['2021/5/3', '2021-05-03'],
    ['20210531', '2021-05-31'],
    ['2021年5月31日', '2021-05-31'],
    ['2021-02-30', undefined],
    ['20211301', undefined],
    ['昨天', undefined],
  ])('date %s', (text, date) => expect(readDate(text)).toBe(date))

  test('identifiers are normalised and checked', () => {
    const number = { idNumber: '99081919870504744X' }
    expect(readIdentity('resident-id', ' ="９９０８１９１９８７０５０４７４４x" ')).toEqual(number)
    expect(readIdentity('resident-id', "'990819870504744")).toEqual(number)
    expect(readIdentity('resident-id', '990819198705047441')).toEqual({ rejection: 'id-check' })
    expect(readIdentity('resident-id', '990819198702307441')).toEqual({ rejection: 'id-format' })
    expect(readIdentity('resident-id', '9.90819E+17')).toEqual({ rejection: 'id-format' })
    expect(readIdentity('uscc', '91350100M000100Y43')).toEqual({ idNumber: '91350100M000100Y43' })
    expect(readIdentity('uscc', '91350100M000100Y44')).toEqual({ rejection: 'id-check' })
    expect(readIdentity('uscc', '91350100M000100I43')).toEqual({ rejection: 'id-format' })
  })
})

describe('judging a row', () => {
  const row: RawRow = {
    idType: 'resident-id',
    idNumber: '99081919870504744X',
    kind: '司法纠纷',
    occurredOn: '2020-01-01',
    amount: '1.00',
    status: '未了结',
    closedOn: '',
    basis: 'SQ1',
    cohort: '新',
  }
  const judge = (change: Partial<RawRow>) => judgeRow({ ...row, ...change }, ['B', 'C'], '2026-06-30')

  // The exports hold no row on these very days, so the counts alone would not show an error here.
  test('the as-of date itself is not in the future', () => {
    expect(judge({ occurredOn: '2026-06-30' })).toMatchObject({ occurredOn: '2026-06-30' })
    expect(judge({ occurredOn: '2026-07-01' })).toBe('date-future')
  })

  test('a cure five years ago to the day is not published, one day later is', () => {
    expect(judge({ status: '已了结', closedOn: '2021-06-30' })).toMatchObject({ published: false })
    expect(judge({ status: '已了结', closedOn: '2021-07-01' })).toMatchObject({ published: true })
  })

  test('the first reason in order is given', () => {
    const faults: readonly [string, Partial<RawRow>][] = [
      ['id-format', { idNumber: '1' }],
      ['kind', { kind: '其他' }],
      ['date', { occurredOn: '昨天' }],
      ['amount', { amount: '1e6' }],
      ['status', { status: '?' }],
      ['no-basis', { basis: ' ' }],
      ['cohort', { cohort: '存量' }],
    ]
    for (const [index, [reason]] of faults.entries()) {
      expect(judge(Object.assign({}, ...faults.slice(index).map(([, change]) => change)))).toBe(reason)
    }
  })
})
