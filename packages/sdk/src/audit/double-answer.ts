import { compareBytes } from '@mixun/core/bytes'
import { type ErrorCode, fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { REFUNDABLE_REFUSALS } from '@mixun/ledger-adapter/points'
import { type SignedRefusal, verifyEvaluationReceipt, verifyRefusalReceipt } from '@mixun/ot/keyword-ot'

/** Two receipts as their provider signed them. */
export interface DoubleAnswer {
  readonly evaluation: SignedRefusal
  readonly refusal: SignedRefusal
}

/**
 * Shows to anybody that a provider evaluated a question and refused it too, with a code that gives points back: an
 * honest one closes the question before it signs either.
 *
 * @param providerKey the provider's identity key
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_…; ERR_VERIFY_COMMITMENT when the two do not contradict each other
 */
export function verifyDoubleAnswer(
  suite: Suite,
  providerKey: Uint8Array,
  { evaluation, refusal }: DoubleAnswer,
): void {
  const { receipt, receiptSignature } = evaluation
  const evaluated = verifyEvaluationReceipt(suite, providerKey, receipt, receiptSignature)
  const refused = verifyRefusalReceipt(suite, providerKey, refusal)
  const contradicts =
    compareBytes(evaluated.intentId, refused.intentId) === 0 &&
    evaluated.provider === refused.provider &&
    evaluated.class === refused.class &&
    evaluated.epoch === refused.epoch &&
    REFUNDABLE_REFUSALS.has(refused.code as ErrorCode)
  if (!contradicts) {
    fail('ERR_VERIFY_COMMITMENT', 'expected an evaluation and a refunding refusal of one question')
  }
}
