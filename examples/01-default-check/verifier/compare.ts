import type { Answers, ExpectedAnswer, ExpectedImport, Inquiry, Verdict } from './answers.ts'
import { type FileOutcome, PROVIDERS, type PublishedRecord, type Truth } from './truth.ts'

export type ProblemKind =
  | 'record-missing'
  | 'record-extra'
  | 'verdict'
  | 'false-clear'
  | 'missing-part'
  | 'request'
  | 'subject'

export interface Problem {
  readonly kind: ProblemKind
  readonly detail: string
}

export interface Disagreement {
  /** Absent for an expected answer, which belongs to no request. */
  readonly requestId?: string
  readonly idType: string
  readonly idNumber: string
  readonly problems: readonly Problem[]
}

/** Differences between the counts found and the counts expected, one line each; empty when equal. */
export function compareImport(found: ReadonlyMap<string, FileOutcome>, expected: ExpectedImport): string[] {
  const differences: string[] = []
  for (const name of new Set([...found.keys(), ...expected.files.keys()])) {
    const left = flatCounts(found.get(name))
    const right = flatCounts(expected.files.get(name))
    for (const label of new Set([...left.keys(), ...right.keys()])) {
      const [got, want] = [left.get(label) ?? 0, right.get(label) ?? 0]
      if (got !== want) differences.push(`${name}: ${label}: computed ${got}, expected ${want}`)
    }
  }
  return differences
}

function flatCounts(file: FileOutcome | undefined): Map<string, number> {
  if (file === undefined) return new Map()
  return new Map([['rows', file.rows], ...Object.entries(file.outcome), ['published', file.published]])
}

/** Compares the complete truth with every expected answer, whichever subjects were asked about. */
export function compareExpectedAnswers(truth: Truth, expected: readonly ExpectedAnswer[]): Disagreement[] {
  return expected.flatMap(({ idType, idNumber, records }) => {
    const computed = truth.recordsOf(idType, idNumber)
    const problems = computed === undefined ? [invalidSubject] : compareRecords(records, computed)
    return problems.length === 0 ? [] : [{ idType, idNumber, problems }]
  })
}

/** Checks every inquiry against the truth; only those that disagree are returned. */
export function compareAnswers(truth: Truth, answers: Answers): Disagreement[] {
  const seen = new Set<string>()
  return answers.inquiries.flatMap(inquiry => {
    const problems = checkInquiry(truth, inquiry)
    if (seen.has(inquiry.requestId)) {
      problems.push({ kind: 'request', detail: 'another inquiry has the same request id' })
    }
    seen.add(inquiry.requestId)
    const { requestId, idType, idNumber } = inquiry
    return problems.length === 0 ? [] : [{ requestId, idType, idNumber, problems }]
  })
}

const invalidSubject: Problem = { kind: 'subject', detail: 'not a valid identifier of a known type' }

function checkInquiry(truth: Truth, inquiry: Inquiry): Problem[] {
  const everything = truth.recordsOf(inquiry.idType, inquiry.idNumber)
  if (everything === undefined) return [invalidSubject]
  const due = everything.filter(
    record =>
      inquiry.classes.includes(record.class) &&
      !inquiry.missing.some(part => part.party === record.firm && part.class === record.class),
  )
  return [
    ...checkRequest(inquiry),
    ...compareRecords(inquiry.records, due),
    ...checkVerdict(inquiry, due.length),
  ]
}

/** A made-up missing part would excuse any verdict of `incomplete`, so it has to be one that was asked. */
function checkRequest(inquiry: Inquiry): Problem[] {
  const problems: Problem[] = []
  if (!PROVIDERS.has(inquiry.inquirer)) {
    problems.push({ kind: 'request', detail: `unknown inquirer ${inquiry.inquirer}` })
  }
  const known = new Set([...PROVIDERS.values()].flat().map(String))
  if (inquiry.classes.length === 0 || !inquiry.classes.every(name => known.has(name))) {
    problems.push({ kind: 'request', detail: `classes asked: [${inquiry.classes.join(', ')}]` })
  }
  for (const part of inquiry.missing) {
    const provides = PROVIDERS.get(part.party)?.some(name => name === part.class) ?? false
    if (!provides || !inquiry.classes.includes(part.class)) {
      const detail = `${part.party} class ${part.class} was not asked, so it cannot be missing`
      problems.push({ kind: 'missing-part', detail })
    }
  }
  return problems
}

function checkVerdict(inquiry: Inquiry, due: number): Problem[] {
  const correct = correctVerdict(inquiry.missing.length, due)
  if (inquiry.verdict === correct) return []
  const why = `${due} records due, ${inquiry.missing.length} parts missing`
  const detail = `verdict ${inquiry.verdict}, should be ${correct} (${why})`
  return [{ kind: inquiry.verdict === 'clear' ? 'false-clear' : 'verdict', detail }]
}

function correctVerdict(missing: number, due: number): Verdict {
  if (missing > 0) return 'incomplete'
  return due > 0 ? 'found' : 'clear'
}

/** Compares as multisets: a record reported twice is one too many. */
function compareRecords(reported: readonly PublishedRecord[], due: readonly PublishedRecord[]): Problem[] {
  const absent = subtract(due, reported)
  const extra = subtract(reported, due)
  return [
    ...absent.map(record => ({ kind: 'record-missing' as const, detail: describe(record) })),
    ...extra.map(record => ({ kind: 'record-extra' as const, detail: describe(record) })),
  ]
}

function subtract(from: readonly PublishedRecord[], away: readonly PublishedRecord[]): PublishedRecord[] {
  const counts = new Map<string, number>()
  for (const record of away) counts.set(recordKey(record), (counts.get(recordKey(record)) ?? 0) + 1)
  return from.filter(record => {
    const left = counts.get(recordKey(record)) ?? 0
    counts.set(recordKey(record), left - 1)
    return left <= 0
  })
}

/** Same text exactly for equal records. */
export function recordKey(record: PublishedRecord): string {
  const { firm, kind, occurredOn, amountFen, status } = record
  return JSON.stringify([firm, record.class, kind, occurredOn, amountFen, status])
}

function describe(record: PublishedRecord): string {
  const amount = record.amountFen === null ? 'amount unknown' : `${record.amountFen} fen`
  return `${record.firm} ${record.class} ${record.kind} ${record.occurredOn} ${amount} ${record.status}`
}
