import { binary, partyId, recordCodec, uint, unixMs } from '@mixun/core/codec'
import { type SigningKey, signFor, type Suite, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'
import { type KeywordOtBinding, requestDigest, responseDigest } from './binding.ts'
import type { Evaluation, KeywordOtRequest } from './messages.ts'

const PURPOSE = 'evaluation-receipt'

const evaluationReceiptSchema = z.strictObject({
  version: z.literal(1),
  sessionId: binary(32),
  intentId: binary(1, 64),
  provider: partyId,
  inquirer: partyId,
  class: z.string().regex(/^[A-Z]$/),
  epoch: uint(),
  requestDigest: binary(32),
  responseDigest: binary(32),
  /** By the provider's clock. */
  evaluatedAt: unixMs,
})

/**
 * The provider's word that it made one evaluation, for this inquirer, intent and session: what the DLEQ proof alone
 * does not say. It settles the inquiry's points and shows nothing of the subject or of the result.
 */
export type EvaluationReceipt = z.infer<typeof evaluationReceiptSchema>

/** The canonical encoding of a receipt, at most 1,024 bytes: what the provider signs. */
export const evaluationReceiptCodec = recordCodec('evaluation receipt', evaluationReceiptSchema, 1_024)

/**
 * Checks a receipt with the provider's identity key alone, as the association does. That it is of the right intent
 * and provider is for the caller to compare.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL
 */
export function verifyEvaluationReceipt(
  suite: Suite,
  publicKey: Uint8Array,
  receipt: Uint8Array,
  signature: Uint8Array,
): EvaluationReceipt {
  const decoded = evaluationReceiptCodec.decode(receipt)
  verifyFor(suite, publicKey, PURPOSE, receipt, signature)
  return decoded
}

/** The receipt's bytes, which both sides compute. @throws ERR_DECODE_SCHEMA */
export function encodeReceipt(
  binding: KeywordOtBinding,
  request: KeywordOtRequest,
  evaluation: Evaluation,
  evaluatedAt: number,
): Uint8Array {
  const { suite, parameters, statement } = binding
  return evaluationReceiptCodec.encode({
    version: 1,
    sessionId: binding.sessionId,
    intentId: statement.intentId,
    provider: statement.provider,
    inquirer: binding.inquirer,
    class: statement.class,
    epoch: statement.epoch,
    requestDigest: requestDigest(suite, parameters.oprf, request),
    responseDigest: responseDigest(suite, parameters.oprf, evaluation),
    evaluatedAt,
  })
}

export function signReceipt(signingKey: SigningKey, receipt: Uint8Array): Uint8Array {
  return signFor(signingKey, PURPOSE, receipt)
}
