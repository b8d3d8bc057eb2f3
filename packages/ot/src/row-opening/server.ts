import { fail } from '@mixun/core/errors'
import type { Element } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import { evaluateWithProof, hashInput, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import type { RowOpeningRequest, RowOpeningResponse } from './messages.ts'

/**
 * Checks that a request discloses the subject of a recorded intent, before the key is touched.
 *
 * @param element T of the recorded intent
 * @returns H(x)
 * @throws ERR_VERIFY_COMMITMENT when subject and blind do not open T, ERR_DECODE_…
 */
export function acceptDisclosed(
  oprf: OprfSuite,
  element: Uint8Array,
  { input, blind }: RowOpeningRequest,
): Element {
  const { group } = oprf
  const hashed = hashInput(oprf, 'voprf', input)
  const recorded = group.decodeElement(element)
  if (!group.equalElements(group.multiply(hashed, decodeNonZeroScalar(group, blind)), recorded)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the subject and blind of the recorded intent')
  }
  return hashed
}

/** Evaluates what {@link acceptDisclosed} gave. */
export function evaluateDisclosed(
  oprf: OprfSuite,
  key: OprfKeyPair,
  hashed: Element,
  random: RandomSource,
): RowOpeningResponse {
  const { evaluatedElements, proof } = evaluateWithProof(oprf, key, { blindedElements: [hashed] }, random)
  const [evaluatedElement] = evaluatedElements
  if (evaluatedElement === undefined || proof === null) {
    return fail('ERR_INPUT_LENGTH', 'expected one evaluated element with its proof')
  }
  return { evaluatedElement, proof }
}
