/**
 * Consent-bound blinding (ARCHITECTURE section 1): an evaluation is possible for the consented subject only, and the
 * evaluating party does not see which.
 *
 *   consent   T₀ = s·H(x)                        registered once, opened to the auditor only
 *   intent    T  = τ·T₀,  proof of τ             checked by the association, which counts and signs
 *   request   B  = ρ·T,   proof of ρ             checked by the provider before its key is touched
 *
 * B is an ordinary RFC 9497 blinded element with blind ρ·τ·s, so that evaluation and finalisation stay standard. One
 * proof covers a batch with a common ρ (schnorr.ts); ρ is fresh for every provider and is erased after finalisation.
 *
 * Adversary: a malicious inquirer that wants F(k, x) for an x without consent, and malicious parties that want x.
 * T₀, T and B are uniform elements, independent of each other and of x, and their proofs are zero-knowledge: whoever
 * lacks the openings learns nothing of x. The provider's answer k·B is worth k·T and no more, because the inquirer
 * knows ρ; k·T gives F(k, x) for the one x whose opening the inquirer holds (one-more gap Diffie–Hellman), and a
 * second opening of T costs a discrete logarithm. An inquirer that forges a consent can commit to anybody: the
 * sampled openings are for that.
 *
 * Leaks: that B belongs to T (the provider holds both), and in a batch that all of it is of one inquiry.
 *
 * Not constant time: a group that is a BigInt reference (P-256); secret scalars cannot be wiped, only dropped.
 */
import { fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import { hashInput, type OprfSuite } from '../oprf/index.ts'
import { proveEqualLogs, type SchnorrProof, verifyEqualLogs } from './schnorr.ts'

const LABEL = 'mixun-blind'

/**
 * Blinds the elements of recorded intents: `B[i] = ρ·T[i]` for one fresh ρ.
 *
 * @param context what the proof is bound to: suite, session, roles, key
 * @param elements 1 to 65,535 elements T, public
 * @returns `factor` ρ (secret), `blindedElements` and `proof` (public)
 * @throws ERR_INPUT_LENGTH
 */
export function blindConsented(
  suite: OprfSuite,
  context: Uint8Array,
  elements: readonly Element[],
  random: RandomSource,
): { factor: Scalar; blindedElements: Element[]; proof: SchnorrProof } {
  const { group } = suite
  const factor = group.randomScalar(random)
  const blindedElements = elements.map(element => group.multiply(element, factor))
  const statement = { label: LABEL, context, bases: elements, images: blindedElements }
  return { factor, blindedElements, proof: proveEqualLogs(suite, statement, factor, random) }
}

/** The subject of a recorded intent, with what opens its element to the inquirer. */
export interface RecordedSubject {
  /** T, encoded. */
  readonly element: Uint8Array
  /** x, the subject's encoding; secret. */
  readonly input: Uint8Array
  /** τ·s, encoded; secret. */
  readonly blind: Uint8Array
}

/**
 * {@link blindConsented} of one recorded intent, for who holds its opening.
 *
 * @throws ERR_VERIFY_COMMITMENT when input and blind do not open T: a wrong one would read as "none",
 * ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function blindRecorded(
  suite: OprfSuite,
  context: Uint8Array,
  { element: encoded, input, blind }: RecordedSubject,
  random: RandomSource,
): { element: Element; opening: Scalar; factor: Scalar; blindedElement: Element; proof: SchnorrProof } {
  const { group } = suite
  const element = group.decodeElement(encoded)
  const opening = decodeNonZeroScalar(group, blind)
  if (!group.equalElements(group.multiply(hashInput(suite, 'voprf', input), opening), element)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the subject and blind of the recorded element')
  }
  const { factor, blindedElements, proof } = blindConsented(suite, context, [element], random)
  return { element, opening, factor, blindedElement: blindedElements[0] as Element, proof }
}

/**
 * Checks that all B are the same known multiple of their T. Called before a secret key is touched.
 *
 * @throws ERR_VERIFY_BLINDING, ERR_INPUT_LENGTH unless both lists hold the same 1 to 65,535 elements
 */
export function verifyBlinding(
  suite: OprfSuite,
  context: Uint8Array,
  elements: readonly Element[],
  blindedElements: readonly Element[],
  proof: SchnorrProof,
): void {
  const statement = { label: LABEL, context, bases: elements, images: blindedElements }
  verifyEqualLogs(suite, statement, proof, 'ERR_VERIFY_BLINDING')
}
