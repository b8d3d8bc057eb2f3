import { readFileSync } from 'node:fs'

/** What all the books say about one investor, read from the exports by this file alone. */
export interface PlainSum {
  readonly overdueFen: bigint
  /** How many books have the investor. */
  readonly count: number
}

/** Adds up exports in yuan without any of the code that is checked against it. */
export function plainSum(files: readonly string[], idNumber: string): PlainSum {
  let [overdueFen, count] = [0n, 0]
  for (const file of files) {
    const rows = readFileSync(file, 'utf8').split('\n').slice(1)
    const own = rows.map(row => row.split(',')).filter(([number]) => number === idNumber)
    if (own.length > 0) count++
    for (const [, , yuan = ''] of own) {
      const [whole = '0', cents = '00'] = yuan.split('.')
      overdueFen += BigInt(whole) * 100n + BigInt(cents)
    }
  }
  return { overdueFen, count }
}
