import { fail } from '../errors/index.ts'

/**
 * Checks a one-code account (一码通账户) in normalised text: 12 digits. ChinaClear publishes no rule for a check digit,
 * so a mistyped digit is not noticed here; prefer the identity number or credit code where a firm has both.
 *
 * @throws ERR_SUBJECT_FORMAT
 */
export function canonicalOneCode(text: string): string {
  if (!/^[0-9]{12}$/.test(text)) fail('ERR_SUBJECT_FORMAT', 'one-code account: expected 12 digits')
  return text
}
