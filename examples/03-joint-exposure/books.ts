import { createHash } from 'node:crypto'

/** One line of a firm's book. */
export interface BookLine {
  readonly idNumber: string
  readonly name: string
  /** In fen. */
  readonly overdueFen: bigint
}

/** The 17 digits' check character: GB 11643, ISO 7064 MOD 11-2. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'

/** The made-up number of investor `i`, below 1,000. */
export function idNumberOf(i: number): string {
  const digits = `11010119850307${String(i).padStart(3, '0')}`
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return `${digits}${CHECKS[sum % 11]}`
}

/** A number below `bound` that follows from a text. */
function drawn(text: string, bound: number): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) % bound
}

/**
 * The books of firms: about a third of the investors of each, some with nothing overdue, one in two firms with a second line.
 * Investor 0 is in every book, the last in none. The same for the same seed.
 */
export function makeBooks(
  seed: string,
  firms: readonly string[],
  investors: number,
): Map<string, BookLine[]> {
  const book = (firm: string): BookLine[] => {
    const lines: BookLine[] = []
    for (let i = 0; i < investors - 1; i++) {
      const name = `${seed}/${firm}/${i}`
      if (i !== 0 && drawn(`${name}/in`, 3) !== 0) continue
      const amount = drawn(`${name}/zero`, 5) === 0 ? 0n : BigInt(drawn(`${name}/amount`, 2 ** 40))
      lines.push({ idNumber: idNumberOf(i), name: `投资者${i}`, overdueFen: amount })
      if (drawn(`${name}/twice`, 4) === 0) {
        lines.push({
          idNumber: idNumberOf(i),
          name: `投资者${i}`,
          overdueFen: BigInt(drawn(`${name}/more`, 2 ** 30)),
        })
      }
    }
    return lines
  }
  return new Map(firms.map(firm => [firm, book(firm)]))
}

/** The book as its firm exports it, amounts in yuan. */
export function toCsv(lines: readonly BookLine[]): string {
  const row = ({ idNumber, name, overdueFen }: BookLine) =>
    `${idNumber},${name},${overdueFen / 100n}.${String(overdueFen % 100n).padStart(2, '0')}`
  return `${['证件号码,姓名,逾期金额（元）', ...lines.map(row)].join('\n')}\n`
}
