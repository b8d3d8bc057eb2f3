import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { decodeNonZeroScalar } from '../group/public.ts'
import { evaluateWithProof, hashInput, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import type { RowOpeningRequest, RowOpeningResponse } from './messages.ts'

/**
 * Evaluates the disclosed subject of a recorded intent, and of no other.
 *
 * @param element T of the recorded intent
 * @throws ERR_VERIFY_COMMITMENT before the key is touched when subject and blind do not open T, ERR_DECODE_…
 */
export function evaluateDisclosed(
  oprf: OprfSuite,
  key: OprfKeyPair,
  element: Uint8Array,
  { input, blind }: RowOpeningRequest,
  random: RandomSource,
): RowOpeningResponse {
  const { group } = oprf
  const hashed = hashInput(oprf, 'voprf', input)
  const recorded = group.decodeElement(element)
  if (!group.equalElements(group.multiply(hashed, decodeNonZeroScalar(group, blind)), recorded)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the subject and blind of the recorded intent')
  }
  const { evaluatedElements, proof } = evaluateWithProof(oprf, key, { blindedElements: [hashed] }, random)
  const [evaluatedElement] = evaluatedElements
  if (evaluatedElement === undefined || proof === null) {
    return fail('ERR_INPUT_LENGTH', 'expected one evaluated element with its proof')
  }
  return { evaluatedElement, proof }
}
