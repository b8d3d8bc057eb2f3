import { wipe } from '@mixun/core/bytes'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { blindRecorded } from '../consent-blinding/index.ts'
import { decodePublicKey, unblindAndHash, verifyProof } from '../oprf/index.ts'
import { OneShot } from '../state/one-shot.ts'
import { blindingContext, type KeywordOtBinding } from './binding.ts'
import type { KeywordOtRequest, KeywordOtResponse } from './messages.ts'
import { encodeReceipt, verifyEvaluationReceipt } from './receipt.ts'
import { type EvaluationTranscript, keepTranscript } from './transcript.ts'

interface RequestSecrets {
  readonly input: Uint8Array
  /** ρ with B = ρ·T. */
  readonly factor: Scalar
  /** τ·s with T = τ·s·H(x); ρ·τ·s is the RFC 9497 blind of B. */
  readonly opening: Scalar
  /** T. */
  readonly element: Element
  readonly request: KeywordOtRequest
}

/** What the inquirer keeps between its two steps; secret, and good for one {@link finish}. */
export type KeywordOtState = OneShot<RequestSecrets>

/** What an evaluation gives. */
export interface KeywordOtResult {
  /** y = F(k, x), `hashBytes` bytes; secret. */
  readonly output: Uint8Array
  /** Bytes of an `EvaluationReceipt`. */
  readonly receipt: Uint8Array
  /** The provider's signature of the receipt. */
  readonly receiptSignature: Uint8Array
  /** By which the inquirer can open the evaluation later. Confidential, see `openTranscript`. */
  readonly transcript: EvaluationTranscript
}

/**
 * Blinds the element of the recorded intent and proves it.
 *
 * @param input x, the subject's encoding; secret
 * @param blind τ·s, encoded; secret
 * @throws ERR_VERIFY_COMMITMENT when input and blind do not open T: a wrong one would read as "none",
 * ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function request(
  binding: KeywordOtBinding,
  input: Uint8Array,
  blind: Uint8Array,
  random: RandomSource,
): { state: KeywordOtState; message: KeywordOtRequest } {
  const recorded = { element: binding.statement.element, input, blind }
  const { element, opening, factor, blindedElement, proof } = blindRecorded(
    binding.parameters.oprf,
    blindingContext(binding),
    recorded,
    random,
  )
  const message = { blindedElement, proof }
  const state = new OneShot({ input: input.slice(), factor, opening, element, request: message })
  return { state, message }
}

/** Erases the secrets of a question that is not finished. */
export function discard(state: KeywordOtState): void {
  wipe(state.take().input)
}

/**
 * Checks the evaluation and its receipt, then finalises. The state, and with it ρ, is gone afterwards, also after a
 * failure.
 *
 * @param providerKey the provider's identity key, from the member registry
 * @throws ERR_VERIFY_DLEQ, ERR_VERIFY_SIGNATURE, ERR_STATE_CONSUMED, ERR_DECODE_ELEMENT for a bad committed key
 */
export function finish(
  binding: KeywordOtBinding,
  state: KeywordOtState,
  message: KeywordOtResponse,
  providerKey: Uint8Array,
  random: RandomSource,
): KeywordOtResult {
  const secrets = state.take()
  const { suite, statement } = binding
  const { oprf } = binding.parameters
  const { evaluatedElement, proof, evaluatedAt, receiptSignature } = message
  try {
    const publicKey = decodePublicKey(oprf, statement.publicKey)
    verifyProof(oprf, publicKey, [secrets.request.blindedElement], [evaluatedElement], proof)
    const receipt = encodeReceipt(binding, secrets.request, message, evaluatedAt)
    verifyEvaluationReceipt(suite, providerKey, receipt, receiptSignature)
    const { request, element, factor, opening } = secrets
    const exchange = { request, evaluation: { evaluatedElement, proof }, element, factor }
    const { transcript, unblinded } = keepTranscript(oprf, exchange, random)
    const output = unblindAndHash(oprf, secrets.input, opening, unblinded)
    return { output, receipt, receiptSignature, transcript }
  } finally {
    wipe(secrets.input)
  }
}
