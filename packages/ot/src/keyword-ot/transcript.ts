/**
 * An evaluation that can be opened later, by the inquirer, to whom it chooses, without the provider's help and without ρ:
 *
 *   T = τ·s·H(x)          the recorded intent
 *   B = ρ·T               the request, digested in the provider's signed receipt
 *   Z = k·B               the evaluation with its DLEQ proof, digested there too
 *   N = ρ⁻¹·Z = k·T       kept, with a proof that one ρ leads from (T, N) to (B, Z); ρ itself is erased
 *
 * From N, x and τ·s follows y = Hash(x, (τ·s)⁻¹·N). Source of the proof: consent-blinding/schnorr.ts. Adversary: an inquirer
 * that wants other rows to pass for the subject's; he would need another k·T than the provider's DLEQ proof allows. Leaks to
 * whom it is shown together with (x, τ·s): the subject, and its rows in this table until the epoch's key is gone. Alone it
 * is no more than one more evaluation of a T that hides x.
 */
import { compareBytes } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import { z } from 'zod'
import {
  decodeSchnorrProof,
  encodeSchnorrProof,
  type EqualLogStatement,
  proveEqualLogs,
  verifyEqualLogs,
} from '../consent-blinding/index.ts'
import { decodeNonZeroScalar } from '../group/public.ts'
import { decodePublicKey, hashInput, type OprfSuite, unblindAndHash, verifyProof } from '../oprf/index.ts'
import { requestDigest, responseDigest } from './binding.ts'
import { decodeEvaluation, decodeRequest, encodeEvaluation, encodeRequest } from './codec.ts'
import type { Evaluation, KeywordOtRequest } from './messages.ts'
import type { EvaluationReceipt } from './receipt.ts'

const transcriptSchema = z.strictObject({
  /** B and the proof of ρ, as sent. */
  request: binary(96, 97),
  /** Z and its DLEQ proof, as received. */
  evaluation: binary(96, 97),
  /** N = k·T. */
  unblinded: binary(32, 33),
  /** That one ρ leads from T to B and from N to Z. */
  proof: binary(64),
})

/** What is kept of one evaluation. As confidential as y to who knows the subject's opening. */
export type EvaluationTranscript = z.infer<typeof transcriptSchema>

/** The canonical encoding of a transcript, at most 512 bytes. */
export const evaluationTranscriptCodec = recordCodec('evaluation transcript', transcriptSchema, 512)

/** What a transcript is checked against: all of it public. */
export interface TranscriptContext {
  readonly suite: Suite
  readonly oprf: OprfSuite
  /** The committed evaluation key. */
  readonly publicKey: Uint8Array
  /** T of the recorded intent. */
  readonly element: Uint8Array
  /** The provider's receipt, its signature checked. */
  readonly receipt: EvaluationReceipt
}

/** Divides ρ out of a verified evaluation and proves it. @param factor ρ; secret, dropped by the caller afterwards */
export function keepTranscript(
  oprf: OprfSuite,
  { request, evaluation, element, factor }: Exchange,
  random: RandomSource,
): { transcript: EvaluationTranscript; unblinded: Element } {
  const { group } = oprf
  const unblinded = group.multiply(evaluation.evaluatedElement, group.invertScalar(factor))
  const statement = statementOf(element, unblinded, request, evaluation)
  const proof = encodeSchnorrProof(oprf, proveEqualLogs(oprf, statement, factor, random))
  const transcript = {
    request: encodeRequest(oprf, request),
    evaluation: encodeEvaluation(oprf, evaluation),
    unblinded: group.encodeElement(unblinded),
    proof,
  }
  return { transcript, unblinded }
}

interface Exchange {
  readonly request: KeywordOtRequest
  readonly evaluation: Evaluation
  readonly element: Element
  readonly factor: Scalar
}

/**
 * The output y that the provider evaluated for this subject, as an auditor or a court derives it.
 *
 * @param input x; @param blind τ·s
 * @throws ERR_VERIFY_COMMITMENT when receipt, subject or unblinding do not fit, ERR_VERIFY_DLEQ, ERR_DECODE_…
 */
export function openTranscript(
  context: TranscriptContext,
  transcript: EvaluationTranscript,
  input: Uint8Array,
  blind: Uint8Array,
): Uint8Array {
  const { suite, oprf, receipt } = context
  const { group } = oprf
  const request = decodeRequest(oprf, transcript.request)
  const evaluation = decodeEvaluation(oprf, transcript.evaluation)
  const isReceipted =
    compareBytes(requestDigest(suite, oprf, request), receipt.requestDigest) === 0 &&
    compareBytes(responseDigest(suite, oprf, evaluation), receipt.responseDigest) === 0
  if (!isReceipted) fail('ERR_VERIFY_COMMITMENT', 'expected the request and evaluation of the receipt')
  const publicKey = decodePublicKey(oprf, context.publicKey)
  const { blindedElement } = request
  verifyProof(oprf, publicKey, [blindedElement], [evaluation.evaluatedElement], evaluation.proof)
  const element = group.decodeElement(context.element)
  const unblinded = group.decodeElement(transcript.unblinded)
  const statement = statementOf(element, unblinded, request, evaluation)
  verifyEqualLogs(oprf, statement, decodeSchnorrProof(oprf, transcript.proof), 'ERR_VERIFY_COMMITMENT')
  const opening = decodeNonZeroScalar(group, blind)
  if (!group.equalElements(group.multiply(hashInput(oprf, 'voprf', input), opening), element)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the subject and blind of the recorded element')
  }
  return unblindAndHash(oprf, input, opening, unblinded)
}

/** Nothing else to bind to: receipt and intent fix B, Z and T. */
function statementOf(
  element: Element,
  unblinded: Element,
  { blindedElement }: KeywordOtRequest,
  { evaluatedElement }: Evaluation,
): EqualLogStatement {
  return {
    label: 'mixun-evaluation-transcript',
    context: new Uint8Array(0),
    bases: [element, unblinded],
    images: [blindedElement, evaluatedElement],
  }
}
