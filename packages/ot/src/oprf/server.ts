import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { generateProof } from './dleq.ts'
import type { OprfKeyPair } from './keys.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import type { OprfSuite } from './params.ts'

/** BlindEvaluate of the base mode (RFC 9497 section 3.3.1): `Z[i] = k · B[i]`. */
export function evaluate(suite: OprfSuite, key: OprfKeyPair, message: BlindRequest): EvaluateResponse {
  return { evaluatedElements: multiplyAll(suite, key.secretKey, message.blindedElements), proof: null }
}

/** BlindEvaluate of the verifiable mode (RFC 9497 section 3.3.2): as {@link evaluate}, with one proof for the batch. */
export function evaluateWithProof(
  suite: OprfSuite,
  key: OprfKeyPair,
  message: BlindRequest,
  random: RandomSource,
): EvaluateResponse {
  const { blindedElements } = message
  const evaluatedElements = multiplyAll(suite, key.secretKey, blindedElements)
  return {
    evaluatedElements,
    proof: generateProof(suite, key, blindedElements, evaluatedElements, random),
  }
}

function multiplyAll(suite: OprfSuite, secretKey: Scalar, elements: readonly Element[]): Element[] {
  return elements.map(element => suite.group.multiply(element, secretKey))
}
