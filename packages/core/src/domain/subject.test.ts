import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { Subject } from './index.ts'
import { residentCheckCharacter } from './resident-id.ts'
import { usccCheckCharacter } from './uscc.ts'

const USCC = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const birthDate = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map(date => date.toISOString().slice(0, 10).replaceAll('-', ''))
const residentNumber = fc
  .tuple(digits(6), birthDate, digits(3))
  .map(parts => parts.join(''))
  .map(first17 => first17 + residentCheckCharacter(first17))
const uscc = fc
  .tuple(
    fc.array(fc.constantFrom(...USCC), { minLength: 2, maxLength: 2 }),
    digits(6),
    fc.array(fc.constantFrom(...USCC), { minLength: 9, maxLength: 9 }),
  )
  .map(([authority, region, body]) => authority.join('') + region + body.join(''))
  .map(first17 => first17 + usccCheckCharacter(first17))

const fullWidth = (text: string): string =>
  text.replace(/[!-~]/g, char => String.fromCharCode(char.charCodeAt(0) + 0xfee0))

describe('Subject.parse of a resident identity number', () => {
  // Examples of GB 11643-1999, annex.
  it.each(['11010519491231002X', '440524188001010014'])("accepts the standard's example %s", number => {
    expect(Subject.parse('resident-id', number).reveal()).toBe(number)
  })

  it('normalises full-width forms, spaces around the number and a lower-case x', () => {
    fc.assert(
      fc.property(residentNumber, number => {
        for (const text of [` ${number}\u3000`, fullWidth(number), `\t${number.toLowerCase()}\n`]) {
          expect(Subject.parse('resident-id', text).reveal()).toBe(number)
        }
      }),
    )
  })

  it('makes 18 characters of a 15-digit number: the century 19 and a check character', () => {
    fc.assert(
      fc.property(residentNumber, number => {
        fc.pre(number.slice(6, 8) === '19')
        const old = number.slice(0, 6) + number.slice(8, 17)
        const subject = Subject.parse('resident-id', old)
        expect(subject.reveal()).toBe(number)
        expect(subject.equals(Subject.parse('resident-id', number))).toBe(true)
      }),
    )
  })

  it('finds every single wrong digit by the check character', () => {
    fc.assert(
      fc.property(residentNumber, fc.nat(16), fc.integer({ min: 1, max: 9 }), (number, at, step) => {
        // A birth date would break first; MOD 11-2 is about the other digits here.
        fc.pre(at < 6 || at > 13)
        const changed = number.slice(0, at) + ((Number(number[at]) + step) % 10) + number.slice(at + 1)
        expectCode('ERR_SUBJECT_CHECK_DIGIT', () => Subject.parse('resident-id', changed))
      }),
    )
  })

  it.each([
    ['scientific notation', '9.94761E+17'],
    ['16 digits', '9927521998042057'],
    ['nothing', ''],
    ['a space inside', '110105 194912310021'],
    ['a letter inside', '11010519491231O02X'],
    ['x not at the end', 'X1010519491231002X'],
    ['15 characters with an X', '11010549123100X'],
    ['a birth date that is no date', '110105194902300021'],
    ['a birth date in a 15-digit number that is no date', '110105491331002'],
    ['a circled digit', '①1010519491231002X'],
    ['digits of another script', '١١٠١٠٥١٩٤٩١٢٣١٠٠٢X'],
  ])('refuses the form: %s', (_, text) => {
    expectCode('ERR_SUBJECT_FORMAT', () => Subject.parse('resident-id', text))
  })
})

describe('Subject.parse of a unified social credit code', () => {
  it("accepts the standard's example", () => {
    // GB 32100-2015, annex.
    expect(Subject.parse('uscc', '91350100m000100y43').reveal()).toBe('91350100M000100Y43')
  })

  it('normalises full-width forms, spaces and lower-case letters', () => {
    fc.assert(
      fc.property(uscc, code => {
        for (const text of [fullWidth(code), ` ${code.toLowerCase()} `]) {
          expect(Subject.parse('uscc', text).reveal()).toBe(code)
        }
      }),
    )
  })

  it('finds every single wrong character and every swap of two neighbours by the check character', () => {
    fc.assert(
      fc.property(uscc, fc.integer({ min: 8, max: 17 }), fc.constantFrom(...USCC), (code, at, other) => {
        const changed = code.slice(0, at) + other + code.slice(at + 1)
        const swapped = code.slice(0, at - 1) + code[at] + code[at - 1] + code.slice(at + 1)
        for (const wrong of [changed, swapped].filter(text => text !== code)) {
          // Swapping a letter into the region breaks the form first; both are refusals.
          const form = /^.{2}\d{6}/.test(wrong)
          expectCode(form ? 'ERR_SUBJECT_CHECK_DIGIT' : 'ERR_SUBJECT_FORMAT', () =>
            Subject.parse('uscc', wrong),
          )
        }
      }),
    )
  })

  it.each([...'IOSVZ'])('refuses the letter %s, which the alphabet leaves out', letter => {
    expectCode('ERR_SUBJECT_FORMAT', () => Subject.parse('uscc', `91350100M00010${letter}Y43`))
  })

  it.each([
    ['17 characters', '91350100M000100Y4'],
    ['19 characters', '91350100M000100Y433'],
    ['a letter in the region', '9135010AM000100Y43'],
    ['a ligature that upper-cases to letters', '91350100\ufb00000100Y43'],
  ])('refuses the form: %s', (_, text) => {
    expectCode('ERR_SUBJECT_FORMAT', () => Subject.parse('uscc', text))
  })
})

describe('Subject.decode', () => {
  it('reads what encode wrote, and nothing that encodes otherwise', () => {
    const subject = Subject.parse('uscc', '91350100M000100Y43')
    expect(Subject.decode(subject.encode()).equals(subject)).toBe(true)
    for (const text of ['uscc: 91350100M000100Y43', 'uscc:91350100m000100y43']) {
      expectCode('ERR_SUBJECT_FORMAT', () => Subject.decode(utf8(text)))
    }
    expectCode('ERR_PARAMETER_UNKNOWN', () => Subject.decode(utf8('91350100M000100Y43')))
  })
})

describe('Subject.parse of a one-code account', () => {
  it('takes 12 digits, full-width too', () => {
    expect(Subject.parse('one-code', '１８００００１２３４５６').reveal()).toBe('180000123456')
  })
  it.each(['18000012345', '1800001234567', '18000012345X', ''])('refuses other forms: %j', text => {
    expectCode('ERR_SUBJECT_FORMAT', () => Subject.parse('one-code', text))
  })
})

describe('Subject', () => {
  it.each(['passport', '', 'toString', '__proto__', 'RESIDENT-ID'])(
    'refuses an unknown identifier type: %j',
    idType => {
      const error = expectCode('ERR_PARAMETER_UNKNOWN', () => Subject.parse(idType, '180000123456'))
      expect(error.message).not.toContain('180000123456')
    },
  )

  it('encodes the type with the number', () => {
    expect(fromUtf8(Subject.parse('one-code', '180000123456').encode())).toBe('one-code:180000123456')
  })

  it('is equal only to the same type and number', () => {
    const subject = Subject.parse('uscc', '91350100M000100Y43')
    expect(subject.equals(Subject.parse('uscc', ' 91350100m000100y43'))).toBe(true)
    expect(subject.equals(Subject.parse('one-code', '180000123456'))).toBe(false)
  })

  it('names no character of the number in an error', () => {
    fc.assert(
      fc.property(fc.constantFrom('resident-id', 'uscc', 'one-code'), digits(17), (idType, text) => {
        const error = expectCode('ERR_SUBJECT_FORMAT', () => Subject.parse(idType, `${text}#`))
        expect(JSON.stringify(error) + String(error)).not.toContain(text.slice(0, 6))
      }),
    )
  })
})
