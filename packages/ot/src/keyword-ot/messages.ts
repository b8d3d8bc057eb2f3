import type { Element } from '@mixun/core/group'
import type { SchnorrProof } from '../consent-blinding/index.ts'
import type { DleqProof } from '../oprf/index.ts'

/** What an evaluation is for. Both sides hold it before the first message: from intent, its receipt, and the ledger. */
export interface KeywordOtStatement {
  /** 1 to 64 bytes. */
  readonly intentId: Uint8Array
  readonly provider: string
  /** Class of the table: A, B or C. */
  readonly class: string
  readonly epoch: number
  /** The evaluation key that the provider committed to for this class and epoch. */
  readonly publicKey: Uint8Array
  /** T of the recorded intent. */
  readonly element: Uint8Array
}

/** Inquirer to provider: B = ρ·T with the proof of ρ. */
export interface KeywordOtRequest {
  readonly blindedElement: Element
  readonly proof: SchnorrProof
}

/** What the provider's receipt certifies: Z = k·B and its proof. */
export interface Evaluation {
  readonly evaluatedElement: Element
  readonly proof: DleqProof
}

/** Provider to inquirer: the evaluation, and time and signature of its receipt, whose other fields both sides know. */
export interface KeywordOtResponse extends Evaluation {
  /** Unix milliseconds, by the provider's clock. */
  readonly evaluatedAt: number
  readonly receiptSignature: Uint8Array
}
