import { calendarDate, type IsoDate, MAX_AMOUNT_FEN, toHalfWidth } from '@mixun/core/domain'

/** Full-width forms, spaces around the text, a spreadsheet's `="…"` and its leading apostrophe go; the rest stays. */
export function normaliseCell(text: string): string {
  const plain = toHalfWidth(text).trim()
  const formula = /^="(.*)"$/s.exec(plain)
  return (formula?.[1] ?? plain).replace(/^'/, '').trim()
}

/** The ways of writing a day that a profile can allow; `M` and `D` take one or two digits. */
export const DATE_FORMATS = ['YYYY-MM-DD', 'YYYY/M/D', 'YYYYMMDD', 'YYYY年M月D日'] as const

export type DateFormat = (typeof DATE_FORMATS)[number]

const DATE_PATTERNS: Readonly<Record<DateFormat, RegExp>> = {
  'YYYY-MM-DD': /^(\d{4})-(\d{2})-(\d{2})$/,
  'YYYY/M/D': /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  YYYYMMDD: /^(\d{4})(\d{2})(\d{2})$/,
  YYYY年M月D日: /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
}

/** The day that a normalised cell names in one of the profile's formats, or null. */
export function parseDateCell(cell: string, formats: readonly DateFormat[]): IsoDate | null {
  for (const format of formats) {
    const match = DATE_PATTERNS[format].exec(cell)
    if (match) return calendarDate(Number(match[1]), Number(match[2]), Number(match[3]))
  }
  return null
}

/** Fen 分, yuan 元, ten thousand yuan 万元. */
export const AMOUNT_UNITS = ['fen', 'yuan', 'wan-yuan'] as const

export type AmountUnit = (typeof AMOUNT_UNITS)[number]

/** How a profile says that amounts are written. */
export interface AmountRules {
  /** Of a number without a suffix. */
  readonly unit: AmountUnit
  /** Between groups of three digits; empty when there is none. */
  readonly thousandsSeparator: string
  readonly suffixes: ReadonlyMap<string, AmountUnit>
}

const UNIT_DECIMALS: Readonly<Record<AmountUnit, number>> = { fen: 0, yuan: 2, 'wan-yuan': 6 }

/**
 * The amount that a normalised cell names: `{ fen }`, `{ fen: null }` for an empty cell (unknown), or null for what is
 * no amount: a sign, an exponent, words, a fraction of a fen, more than a record can hold.
 */
export function parseAmountCell(cell: string, rules: AmountRules): { readonly fen: bigint | null } | null {
  if (cell === '') return { fen: null }
  // The longest suffix that fits: 万元 also ends in 元.
  const suffix = [...rules.suffixes.keys()]
    .filter(candidate => cell.endsWith(candidate))
    .sort((a, b) => b.length - a.length)[0]
  const decimals = UNIT_DECIMALS[rules.suffixes.get(suffix ?? '') ?? rules.unit]
  const number = suffix ? cell.slice(0, -suffix.length).trimEnd() : cell
  const match = /^([^.]*)(?:\.(\d+))?$/.exec(number)
  const whole = match && ungroup(match[1] as string, rules.thousandsSeparator)
  const fraction = match?.[2] ?? ''
  if (!whole || fraction.length > decimals) return null
  // At most 16 digits matter: larger amounts are refused below, and BigInt need not read a megabyte of digits.
  if (whole.length > 32) return null
  const fen = BigInt(whole + fraction.padEnd(decimals, '0'))
  return fen <= MAX_AMOUNT_FEN ? { fen } : null
}

/** Digits without their thousands separators, or null where a separator stands in the wrong place. */
function ungroup(text: string, separator: string): string | null {
  if (/^\d+$/.test(text)) return text
  const groups = separator === '' ? [text] : text.split(separator)
  const [first, ...others] = groups
  if (!/^\d{1,3}$/.test(first as string) || !others.every(group => /^\d{3}$/.test(group))) return null
  return groups.join('')
}
