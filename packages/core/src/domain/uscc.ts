import { fail } from '../errors/index.ts'

// GB 32100-2015, section 5 and annex A: 31 characters without I, O, S, V and Z; weights 3^(i - 1) mod 31.
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

/** The 18th character for the 17 before it (MOD 31-3). */
export function usccCheckCharacter(characters: string): string {
  let sum = 0
  for (const [i, weight] of WEIGHTS.entries()) sum += weight * CHARACTERS.indexOf(characters[i] as string)
  return CHARACTERS[(31 - (sum % 31)) % 31] as string
}

/**
 * Checks a unified social credit code in normalised text: two characters for the registering authority, six digits for
 * the region, nine for the body, one check character. The body's own check character (GB 11714) is not judged: codes
 * converted from older registers break it.
 *
 * @throws ERR_SUBJECT_FORMAT, ERR_SUBJECT_CHECK_DIGIT
 */
export function canonicalUscc(text: string): string {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) {
    fail(
      'ERR_SUBJECT_FORMAT',
      'unified social credit code: expected 18 digits and letters without I, O, S, V, Z; a region of six digits',
    )
  }
  if (text[17] !== usccCheckCharacter(text)) {
    fail(
      'ERR_SUBJECT_CHECK_DIGIT',
      'unified social credit code: the check character does not match the others',
    )
  }
  return text
}
