import { fail } from '../errors/index.ts'
import { calendarDate } from './iso-date.ts'

// GB 11643-1999, section 4.2: weights 2^(18 - i) mod 11 of positions 1 to 17, and the character of each remainder.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_CHARACTERS = '10X98765432'

/** The 18th character for 17 digits (ISO 7064, MOD 11-2). */
export function residentCheckCharacter(digits: string): string {
  let sum = 0
  for (const [i, weight] of WEIGHTS.entries()) sum += weight * Number(digits[i])
  return CHECK_CHARACTERS[sum % 11] as string
}

/**
 * The 18-character resident identity number for normalised text: 17 digits and a check character, or 15 digits of the
 * first generation, which get the century 19 and a check character. The region code is not looked up: codes of
 * abolished regions stay valid for a lifetime.
 *
 * @throws ERR_SUBJECT_FORMAT for other characters or lengths and for a birth date that is no date
 * @throws ERR_SUBJECT_CHECK_DIGIT
 */
export function canonicalResidentId(text: string): string {
  if (!/^(?:\d{15}|\d{17}[\dX])$/.test(text)) {
    fail(
      'ERR_SUBJECT_FORMAT',
      'resident identity number: expected 18 characters (17 digits and a digit or X), or 15 digits',
    )
  }
  const digits = text.length === 15 ? `${text.slice(0, 6)}19${text.slice(6)}` : text.slice(0, 17)
  const [year, month, day] = [digits.slice(6, 10), digits.slice(10, 12), digits.slice(12, 14)].map(Number)
  if (calendarDate(year as number, month as number, day as number) === null) {
    fail(
      'ERR_SUBJECT_FORMAT',
      'resident identity number: expected a birth date that is a day of the calendar',
    )
  }
  const check = residentCheckCharacter(digits)
  if (text.length === 18 && text[17] !== check) {
    fail('ERR_SUBJECT_CHECK_DIGIT', 'resident identity number: the check character does not match the digits')
  }
  return digits + check
}
