import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatReport } from './report.ts'
import type { Result } from './result.ts'

/** Where the result of a scenario is kept. */
export function resultFile(scenario: string): string {
  return join(import.meta.dirname, '..', 'results', `${scenario}.json`)
}

/** The result as JSON at `file`, and its table beside it as text. */
export function writeResult(file: string, result: Result): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, formatResult(result))
  writeFileSync(textFile(file), formatReport(result))
}

/** Where the table of a stored result is. */
export function textFile(file: string): string {
  return `${file.replace(/\.json$/, '')}.txt`
}

/** Indented JSON with each list of numbers on one line. */
export function formatResult(result: Result): string {
  const text = JSON.stringify(result, null, 2)
  return `${text.replace(/\[\s+(-?\d[-+.\deE,\s]*?)\s+\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`
}
