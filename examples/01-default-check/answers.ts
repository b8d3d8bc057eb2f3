import { kindByCode } from '@mixun/core/domain'
import type { AnswerJson } from '@mixun/sdk'
import type { Planned } from './inquiries.ts'

/** One inquiry that was answered. */
export interface Answered {
  readonly planned: Planned
  readonly answer: AnswerJson
  /** From the request to the answer, consent included. */
  readonly milliseconds: number
}

/** What the verifier reads: see verifier/answers.ts. It holds identity numbers in the clear. */
export function answersFile(asOf: string, answered: readonly Answered[]): object {
  return {
    asOf,
    inquiries: answered.map(({ planned, answer }) => ({
      requestId: answer.requestId,
      inquirer: planned.inquirer,
      idType: planned.subject.idType,
      idNumber: planned.subject.idNumber,
      classes: ['A', 'B', 'C'],
      verdict: answer.verdict,
      missing: answer.missing.map(({ party, class: className }) => ({ party, class: className })),
      records: answer.records.map(record => ({
        firm: record.reporter,
        class: kindByCode(record.kind).class,
        kind: kindByCode(record.kind).zh,
        occurredOn: record.occurredOn,
        amountFen: record.amountFen,
        status: record.status,
      })),
    })),
  }
}

/**
 * Request ids, with the codes of who is missing, of answers that are not as complete as they should be: `incomplete` exactly while a firm cannot answer,
 * naming that firm for both of its classes and nobody else.
 */
export function wrongCompleteness(answered: readonly Answered[]): string[] {
  return answered.flatMap(({ planned, answer }) => {
    const { absent } = planned
    const due = absent === null ? [] : [`${absent}/B`, `${absent}/C`]
    const missing = answer.missing.map(part => `${part.party}/${part.class}`).toSorted()
    const isIncomplete = answer.verdict === 'incomplete'
    if (missing.join() === due.join() && isIncomplete === (absent !== null)) return []
    const codes = answer.missing.map(({ party, class: className, code }) => `${party}/${className} ${code}`)
    return [`${answer.requestId} (${codes.join(', ') || 'nobody missing'})`]
  })
}
