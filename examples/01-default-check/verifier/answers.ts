import { UnreadableInput } from './csv.ts'
import type { PublishedRecord } from './truth.ts'

export type Verdict = 'clear' | 'found' | 'incomplete'

export interface MissingPart {
  readonly party: string
  readonly class: string
}

/** One inquiry as the example reports it. */
export interface Inquiry {
  readonly requestId: string
  readonly inquirer: string
  readonly idType: string
  readonly idNumber: string
  readonly classes: readonly string[]
  readonly verdict: Verdict
  readonly missing: readonly MissingPart[]
  readonly records: readonly PublishedRecord[]
}

export interface Answers {
  /** ISO date. */
  readonly asOf: string
  readonly inquiries: readonly Inquiry[]
}

export interface ExpectedAnswer {
  readonly idType: string
  readonly idNumber: string
  readonly records: readonly PublishedRecord[]
}

export interface ExpectedImport {
  readonly asOf: string
  readonly files: ReadonlyMap<
    string,
    { readonly rows: number; readonly outcome: Record<string, number>; readonly published: number }
  >
}

/** Checks the shape of the file an example run writes. @throws UnreadableInput naming the field at fault */
export function parseAnswers(value: unknown): Answers {
  const answers = asObject(value, 'answers')
  return {
    asOf: asDate(answers['asOf'], 'asOf'),
    inquiries: asArray(answers['inquiries'], 'inquiries').map((entry, index) => {
      const at = `inquiries[${index}]`
      const inquiry = asObject(entry, at)
      const verdict = asText(inquiry['verdict'], `${at}.verdict`)
      if (verdict !== 'clear' && verdict !== 'found' && verdict !== 'incomplete') {
        throw new UnreadableInput(`${at}.verdict: expected clear, found or incomplete`)
      }
      return {
        requestId: asText(inquiry['requestId'], `${at}.requestId`),
        inquirer: asText(inquiry['inquirer'], `${at}.inquirer`),
        idType: asText(inquiry['idType'], `${at}.idType`),
        idNumber: asText(inquiry['idNumber'], `${at}.idNumber`),
        classes: asArray(inquiry['classes'], `${at}.classes`).map(item => asText(item, `${at}.classes`)),
        verdict,
        missing: asArray(inquiry['missing'], `${at}.missing`).map(item => {
          const part = asObject(item, `${at}.missing`)
          return {
            party: asText(part['party'], `${at}.missing.party`),
            class: asText(part['class'], `${at}.missing.class`),
          }
        }),
        records: asRecords(inquiry['records'], `${at}.records`),
      }
    }),
  }
}

/** @throws UnreadableInput */
export function parseExpectedAnswers(value: unknown): ExpectedAnswer[] {
  return asArray(value, 'expected answers').map((entry, index) => {
    const at = `expected answers[${index}]`
    const answer = asObject(entry, at)
    return {
      idType: asText(answer['idType'], `${at}.idType`),
      idNumber: asText(answer['idNumber'], `${at}.idNumber`),
      records: asRecords(answer['records'], `${at}.records`),
    }
  })
}

/** @throws UnreadableInput */
export function parseExpectedImport(value: unknown): ExpectedImport {
  const expected = asObject(value, 'expected import')
  const files = Object.entries(asObject(expected['files'], 'files')).map(([name, entry]) => {
    const file = asObject(entry, name)
    const outcome = Object.entries(asObject(file['outcome'], `${name}.outcome`)).map(
      ([reason, count]) => [reason, asCount(count, `${name}.outcome.${reason}`)] as const,
    )
    return [
      name,
      {
        rows: asCount(file['rows'], `${name}.rows`),
        outcome: Object.fromEntries(outcome),
        published: asCount(file['published'], `${name}.published`),
      },
    ] as const
  })
  return { asOf: asDate(expected['asOf'], 'asOf'), files: new Map(files) }
}

function asRecords(value: unknown, at: string): PublishedRecord[] {
  return asArray(value, at).map((entry, index) => {
    const record = asObject(entry, `${at}[${index}]`)
    const amount = record['amountFen']
    return {
      firm: asText(record['firm'], `${at}[${index}].firm`),
      class: asText(record['class'], `${at}[${index}].class`),
      kind: asText(record['kind'], `${at}[${index}].kind`),
      occurredOn: asText(record['occurredOn'], `${at}[${index}].occurredOn`),
      amountFen: amount === null ? null : asText(amount, `${at}[${index}].amountFen`),
      status: asText(record['status'], `${at}[${index}].status`),
    }
  })
}

function asObject(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableInput(`${at}: expected an object`)
  }
  return value as Record<string, unknown>
}

function asArray(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new UnreadableInput(`${at}: expected an array`)
  return value
}

function asText(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new UnreadableInput(`${at}: expected text`)
  return value
}

function asDate(value: unknown, at: string): string {
  const text = asText(value, at)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
    throw new UnreadableInput(`${at}: expected a date such as 2026-06-30`)
  return text
}

function asCount(value: unknown, at: string): number {
  if (!Number.isSafeInteger(value)) throw new UnreadableInput(`${at}: expected a whole number`)
  return value as number
}
