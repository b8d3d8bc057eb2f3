import type { SuiteId } from '@mixun/core/suite'
import type { AnswerJson } from '@mixun/sdk/answers'

/** What the firm's own server tells the page to begin with. Bytes are hex. */
export interface Question {
  readonly suite: SuiteId
  readonly idNumber: string
  readonly inquirer: string
  readonly intentId: string
  readonly consentId: string
  /** The session with the provider, which the server holds and signs for. */
  readonly sessionId: string
  readonly transcriptDigest: string
  /** Encoded commitment of the provider's table, from the ledger. */
  readonly table: string
  /** The provider's identity key, from the member registry. */
  readonly providerKey: string
}

/** What the page hands out: nothing of the subject. Bytes are hex. */
export interface BlindedQuestion {
  /** T₀ = s·H(x). */
  readonly commitment: string
  /** T = τ·T₀ and the proof of τ. */
  readonly element: string
  readonly rerandomizationProof: string
  /** B = ρ·T and the proof of ρ. */
  readonly request: string
}

/** What the page found, or the code of its error. */
export type Finding =
  | {
      readonly verdict: AnswerJson['verdict']
      readonly records: AnswerJson['records']
      /** Proofs of "none" that hold, out of the rows that a subject may have. */
      readonly none: number
      readonly receiptOf: string
    }
  | { readonly code: string }

/** What the page offers to its host, and the host to the page. */
export interface PageGlobals {
  /** Set by the page. */
  inquire: (question: Question) => Promise<Finding>
  /** Set by the host: the evaluation, hex. */
  evaluate: (blinded: BlindedQuestion) => Promise<string>
}
