import type { RandomSource } from '@mixun/core/random'
import type { Export } from './consortium.ts'

const AS_OF = '2026-06-30'

/** The number of made subject `index`: a one-code account, which needs no check digit; beginning with 99, nobody's. */
export function subjectNumber(index: number): string {
  return `99${String(index).padStart(10, '0')}`
}

const KINDS = {
  A: ['administrative-penalty', 'stock-pledge-repo-blacklist'],
  // Four of five records of a firm are of class B, as in the firms' real mix.
  BC: [
    'margin-collateral-shortfall',
    'contract-due-not-repaid',
    'false-information',
    'judicial-dispute',
    'other-serious-default',
  ],
} as const

/** One open record for each of the subjects `from` to `from + count − 1`, as an export with its import profile. */
export function madeExport(
  kinds: keyof typeof KINDS,
  from: number,
  count: number,
  random: RandomSource,
): Export {
  const rows = Array.from({ length: count }, (_, i) => {
    const [year = 0, month = 0, day = 0, high = 0, low = 0] = random.bytes(5)
    const date = [2020 + (year % 6), twoDigits(1 + (month % 12)), twoDigits(1 + (day % 28))].join('-')
    const kind = KINDS[kinds][i % KINDS[kinds].length]
    return [subjectNumber(from + i), kind, date, `${1_000 + 256 * high + low}.00`].join(',')
  })
  return {
    csv: `${['number,kind,date,amount', ...rows].join('\n')}\n`,
    profile: profileOf(kinds),
    asOf: AS_OF,
  }
}

const twoDigits = (value: number) => String(value).padStart(2, '0')

function profileOf(kinds: keyof typeof KINDS): string {
  return `encoding = "utf-8"
byteOrderMark = false
separator = ","
dateFormats = ["YYYY-MM-DD"]
[columns]
number = "idNumber"
kind = "kind"
date = "occurredOn"
amount = "amount"
[codes.kind]
${KINDS[kinds].map(kind => `"${kind}" = "${kind}"`).join('\n')}
[amount]
unit = "yuan"
thousandsSeparator = ""
[amount.suffixes]
[defaults]
idType = "one-code"
status = "open"
basis = "bench"
cohort = "new"
`
}
