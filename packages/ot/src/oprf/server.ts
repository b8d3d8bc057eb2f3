import type { RandomSource } from '@mixun/core/random'
import { generateProof } from './dleq.ts'
import type { OprfKeyPair } from './keys.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import type { OprfSuite } from './params.ts'

/** BlindEvaluate of the base mode (RFC 9497 section 3.3.1): `Z[i] = k · B[i]`. */
export function evaluate(suite: OprfSuite, key: OprfKeyPair, message: BlindRequest): EvaluateResponse {
  return { evaluatedElements: suite.group.multiplyBatch(message.blindedElements, key.secretKey), proof: null }
}

/** BlindEvaluate of the verifiable mode (RFC 9497 section 3.3.2): as {@link evaluate}, with one proof for the batch. */
export function evaluateWithProof(
  suite: OprfSuite,
  key: OprfKeyPair,
  message: BlindRequest,
  random: RandomSource,
): EvaluateResponse {
  const { blindedElements } = message
  const evaluatedElements = suite.group.multiplyBatch(blindedElements, key.secretKey)
  return {
    evaluatedElements,
    proof: generateProof(suite, key, blindedElements, evaluatedElements, random),
  }
}
