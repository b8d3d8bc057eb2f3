import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import { hashInput, type OprfSuite } from '../oprf/index.ts'

/**
 * Commits to a subject: `T₀ = s·H(x)`, H the HashToGroup of the suite's verifiable mode. Perfectly hiding (T₀ is
 * uniform over the elements other than the identity), binding under the discrete logarithm.
 *
 * @param input x, the canonical encoding of the subject; secret
 * @returns `commitment` (public, Ne bytes) and `opening` s (secret, Ns bytes)
 */
export function commitSubject(
  suite: OprfSuite,
  input: Uint8Array,
  random: RandomSource,
): { commitment: Uint8Array; opening: Uint8Array } {
  const { group } = suite
  const opening = group.randomScalar(random)
  const commitment = group.multiply(hashInput(suite, 'voprf', input), opening)
  return { commitment: group.encodeElement(commitment), opening: group.encodeScalar(opening) }
}

/**
 * Checks an opening (x, s), for the auditor.
 *
 * @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR
 */
export function verifyOpening(
  suite: OprfSuite,
  input: Uint8Array,
  opening: Uint8Array,
  commitment: Uint8Array,
): void {
  const { group } = suite
  const committed = group.decodeElement(commitment)
  const scalar = decodeNonZeroScalar(group, opening)
  if (!group.equalElements(group.multiply(hashInput(suite, 'voprf', input), scalar), committed)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the subject and opening of this commitment')
  }
}
