import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { SigningKey } from '@mixun/core/suite'
import { verifyBlinding } from '../consent-blinding/index.ts'
import { encodePublicKey, evaluateWithProof, type OprfKeyPair } from '../oprf/index.ts'
import { OneShot } from '../state/one-shot.ts'
import { blindingContext, type KeywordOtBinding, requestDigest } from './binding.ts'
import type { KeywordOtRequest, KeywordOtResponse } from './messages.ts'
import { encodeReceipt, signReceipt } from './receipt.ts'

/** A request whose proof of ρ holds; good for one {@link answer}. Made by {@link accept} only. */
export interface AcceptedRequest {
  /** For the log that must be durable before the evaluation. */
  readonly requestDigest: Uint8Array
  readonly request: OneShot<KeywordOtRequest>
}

/**
 * Checks that B is a known multiple of the recorded T, in this session and for this key. Needs no secret.
 *
 * @throws ERR_VERIFY_BLINDING, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT for a bad T
 */
export function accept(binding: KeywordOtBinding, message: KeywordOtRequest): AcceptedRequest {
  const { suite, statement, parameters } = binding
  const element = parameters.oprf.group.decodeElement(statement.element)
  const context = blindingContext(binding)
  verifyBlinding(parameters.oprf, context, [element], [message.blindedElement], message.proof)
  return {
    requestDigest: requestDigest(suite, parameters.oprf, message),
    request: new OneShot(message),
  }
}

/**
 * Evaluates an accepted request, proves the evaluation and signs its receipt.
 *
 * @param key the evaluation key of the statement's class and epoch
 * @param signingKey the provider's identity key
 * @param evaluatedAt Unix milliseconds
 * @throws ERR_INPUT_RANGE when `key` is not the statement's, ERR_STATE_CONSUMED
 */
export function answer(
  binding: KeywordOtBinding,
  accepted: AcceptedRequest,
  key: OprfKeyPair,
  signingKey: SigningKey,
  evaluatedAt: number,
  random: RandomSource,
): { message: KeywordOtResponse; receipt: Uint8Array } {
  const { oprf } = binding.parameters
  const request = accepted.request.take()
  if (compareBytes(encodePublicKey(oprf, key.publicKey), binding.statement.publicKey) !== 0) {
    fail('ERR_INPUT_RANGE', 'expected the evaluation key that the statement names')
  }
  const batch = { blindedElements: [request.blindedElement] }
  const { evaluatedElements, proof } = evaluateWithProof(oprf, key, batch, random)
  const [evaluatedElement] = evaluatedElements
  if (evaluatedElement === undefined || proof === null) {
    return fail('ERR_INPUT_LENGTH', 'expected one evaluated element with its proof')
  }
  const evaluation = { evaluatedElement, proof }
  const receipt = encodeReceipt(binding, request, evaluation, evaluatedAt)
  const receiptSignature = signReceipt(signingKey, receipt)
  return { message: { ...evaluation, evaluatedAt, receiptSignature }, receipt }
}
