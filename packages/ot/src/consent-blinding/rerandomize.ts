import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import type { OprfSuite } from '../oprf/index.ts'
import { decodeSchnorrProof, encodeSchnorrProof, proveEqualLogs, verifyEqualLogs } from './schnorr.ts'

const LABEL = 'mixun-rerandomize'

/**
 * The fresh element of an intent: `T = τ·T₀` with a proof of knowledge of τ. T is uniform and independent of T₀, so
 * that nobody links the two without τ or the proof.
 *
 * @param context what the proof is bound to: intent, inquirer, consent
 * @returns `element` T (public), `factor` τ (secret, Ns bytes), `proof` (public, 64 bytes)
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT
 */
export function rerandomize(
  suite: OprfSuite,
  context: Uint8Array,
  commitment: Uint8Array,
  random: RandomSource,
): { element: Uint8Array; factor: Uint8Array; proof: Uint8Array } {
  const { group } = suite
  const base = group.decodeElement(commitment)
  const factor = group.randomScalar(random)
  const image = group.multiply(base, factor)
  const statement = { label: LABEL, context, bases: [base], images: [image] }
  return {
    element: group.encodeElement(image),
    factor: group.encodeScalar(factor),
    proof: encodeSchnorrProof(suite, proveEqualLogs(suite, statement, factor, random)),
  }
}

/**
 * Checks that T is a known multiple of T₀: the association's check before it records an intent.
 *
 * @throws ERR_VERIFY_BLINDING, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function verifyRerandomized(
  suite: OprfSuite,
  context: Uint8Array,
  commitment: Uint8Array,
  element: Uint8Array,
  proof: Uint8Array,
): void {
  const { group } = suite
  const bases = [group.decodeElement(commitment)]
  const images = [group.decodeElement(element)]
  const decoded = decodeSchnorrProof(suite, proof)
  verifyEqualLogs(suite, { label: LABEL, context, bases, images }, decoded, 'ERR_VERIFY_BLINDING')
}

/**
 * Checks an opened factor, `T = τ·T₀`, for the auditor.
 *
 * @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function verifyFactor(
  suite: OprfSuite,
  commitment: Uint8Array,
  factor: Uint8Array,
  element: Uint8Array,
): void {
  const { group } = suite
  const base = group.decodeElement(commitment)
  const image = group.decodeElement(element)
  if (!group.equalElements(group.multiply(base, decodeNonZeroScalar(group, factor)), image)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the factor between commitment and element')
  }
}

/**
 * The product τ·s: what stands between H(x) and T, and the `blind` of keyword OT. Secret, Ns bytes.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_SCALAR
 */
export function combineBlind(suite: OprfSuite, factor: Uint8Array, opening: Uint8Array): Uint8Array {
  const { group } = suite
  const tau = decodeNonZeroScalar(group, factor)
  const s = decodeNonZeroScalar(group, opening)
  return group.encodeScalar(group.multiplyScalars(tau, s))
}
