import type { Element } from '@mixun/core/group'
import type { DleqProof } from '../oprf/index.ts'

/** Inquirer to provider: whom the recorded intent was about. It discloses the subject. */
export interface RowOpeningRequest {
  /** 16 bytes. */
  readonly intentId: Uint8Array
  /** x, the subject's encoding; secret to all others. */
  readonly input: Uint8Array
  /** τ·s with T = τ·s·H(x), encoded. */
  readonly blind: Uint8Array
}

/** Provider to inquirer: the evaluation of the subject in the open, for anybody to check. */
export interface RowOpeningResponse {
  /** Z = k·H(x). */
  readonly evaluatedElement: Element
  readonly proof: DleqProof
}
