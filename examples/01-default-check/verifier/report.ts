import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Verdict, parseAnswers, parseExpectedAnswers, parseExpectedImport } from './answers.ts'
import { type Disagreement, compareAnswers, compareExpectedAnswers, compareImport } from './compare.ts'
import { UnreadableInput, decodeText } from './csv.ts'
import { type FileOutcome, computeTruth } from './truth.ts'

export interface Report {
  readonly agrees: boolean
  readonly asOf: string
  readonly files: Readonly<Record<string, FileOutcome>>
  /** `null` when the data folder has no expected-import.json. */
  readonly importDifferences: readonly string[] | null
  /** `null` when the data folder has no expected-answers.json. */
  readonly expectedAnswers: {
    readonly checked: number
    readonly disagreements: readonly Disagreement[]
  } | null
  readonly inquiries: {
    readonly checked: number
    readonly verdicts: Readonly<Record<Verdict, number>>
    readonly problems: readonly string[]
    readonly disagreements: readonly Disagreement[]
  }
}

/**
 * Checks an example's answers against the exports themselves.
 *
 * @param maskIds replaces all but the last four characters of every identifier in the report
 * @throws UnreadableInput when an input is absent or malformed
 */
export function verify(folder: string, answersPath: string, maskIds = true): Report {
  const answers = readJson(answersPath, parseAnswers)
  const importPath = join(folder, 'expected-import.json')
  const expectedImport = existsSync(importPath) ? readJson(importPath, parseExpectedImport) : null
  const truth = computeTruth(folder, expectedImport?.asOf ?? answers.asOf)
  const answersFile = join(folder, 'expected-answers.json')
  const expected = existsSync(answersFile) ? readJson(answersFile, parseExpectedAnswers) : null

  const importDifferences = expectedImport && compareImport(truth.files, expectedImport)
  const expectedDisagreements = expected && compareExpectedAnswers(truth, expected)
  const disagreements = compareAnswers(truth, answers)
  const problems: string[] = []
  // Nothing asked is nothing shown: an empty file must not count as agreement.
  if (answers.inquiries.length === 0) problems.push('the answers hold no inquiry')
  if (expectedImport && expectedImport.asOf !== answers.asOf) {
    problems.push(`the answers are as of ${answers.asOf}, the data as of ${expectedImport.asOf}`)
  }
  const verdicts = { clear: 0, found: 0, incomplete: 0 }
  for (const inquiry of answers.inquiries) verdicts[inquiry.verdict] += 1
  const all = [importDifferences, expectedDisagreements, disagreements, problems]
  const shown = (list: readonly Disagreement[]) => (maskIds ? list.map(masked) : list)
  return {
    agrees: all.every(list => list === null || list.length === 0),
    asOf: expectedImport?.asOf ?? answers.asOf,
    files: Object.fromEntries(truth.files),
    importDifferences,
    expectedAnswers: expected && {
      checked: expected.length,
      disagreements: shown(expectedDisagreements ?? []),
    },
    inquiries: {
      checked: answers.inquiries.length,
      verdicts,
      problems,
      disagreements: shown(disagreements),
    },
  }
}

function readJson<T>(path: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(decodeText(readFileSync(path), 'utf-8')))
  } catch (cause) {
    throw new UnreadableInput(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function masked(disagreement: Disagreement): Disagreement {
  const { idNumber } = disagreement
  return { ...disagreement, idNumber: idNumber.slice(-4).padStart(idNumber.length, '*') }
}

/** The report for people: one line a file, then what disagrees and how. */
export function formatReport(report: Report): string {
  const lines = [`Import, as of ${report.asOf}`]
  for (const [name, file] of Object.entries(report.files)) {
    const { accepted = 0, ...refused } = file.outcome
    const reasons = Object.entries(refused).sort(([a], [b]) => (a < b ? -1 : 1))
    const counts = `${file.rows} rows, ${accepted} accepted, ${file.published} published`
    lines.push(`  ${name.padEnd(16)} ${counts}`)
    if (reasons.length > 0) {
      lines.push(`  ${''.padEnd(16)} ${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')}`)
    }
  }
  lines.push(...section('expected-import.json', report.importDifferences, 'all counts equal'))
  const expected = report.expectedAnswers
  const expectedLines = expected && expected.disagreements.flatMap(describeDisagreement)
  lines.push(...section('expected-answers.json', expectedLines, `all ${expected?.checked} answers equal`))
  const { checked, verdicts, problems, disagreements } = report.inquiries
  lines.push(
    `Inquiries: ${checked} checked ` +
      `(${verdicts.clear} clear, ${verdicts.found} found, ${verdicts.incomplete} incomplete), ` +
      `${disagreements.length} disagree`,
    ...[...problems, ...disagreements.flatMap(describeDisagreement)].map(line => `  ${line}`),
    report.agrees ? 'AGREES' : 'DISAGREES',
  )
  return lines.join('\n')
}

function section(title: string, differences: readonly string[] | null, equal: string): string[] {
  if (differences === null) return [`${title}: not in the data folder, not compared`]
  return differences.length === 0
    ? [`${title}: ${equal}`]
    : [`${title}: differs`, ...differences.map(line => `  ${line}`)]
}

function describeDisagreement(disagreement: Disagreement): string[] {
  const { requestId, idType, idNumber, problems } = disagreement
  const name = requestId === undefined ? `${idType} ${idNumber}` : `${requestId} (${idType} ${idNumber})`
  return [name, ...problems.map(problem => `  ${problem.kind}: ${problem.detail}`)]
}
