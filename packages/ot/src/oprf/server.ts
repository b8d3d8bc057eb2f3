import { type Element, requireConstantTime } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { generateProof, partialComposite, proveComposite } from './dleq.ts'
import type { OprfKeyPair } from './keys.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import type { OprfSuite } from './params.ts'

/** BlindEvaluate of the base mode (RFC 9497 section 3.3.1): `Z[i] = k · B[i]`. @throws ERR_KERNEL_VARIABLE_TIME */
export function evaluate(suite: OprfSuite, key: OprfKeyPair, message: BlindRequest): EvaluateResponse {
  return { evaluatedElements: multiplyAll(suite, key, message.blindedElements), proof: null }
}

/** BlindEvaluate of the verifiable mode (RFC 9497 section 3.3.2): as {@link evaluate}, with one proof for the batch. */
export function evaluateWithProof(
  suite: OprfSuite,
  key: OprfKeyPair,
  message: BlindRequest,
  random: RandomSource,
): EvaluateResponse {
  const { blindedElements } = message
  const evaluatedElements = multiplyAll(suite, key, blindedElements)
  return {
    evaluatedElements,
    proof: generateProof(suite, key, blindedElements, evaluatedElements, random),
  }
}

/** What one thread does of a batch: some of its elements, and their part of the proof's composite. */
export interface EvaluatedPart {
  readonly evaluatedElements: readonly Element[]
  readonly composite: Element
}

/** The part of {@link evaluateWithProof} for the elements from number `first` of the batch on. */
export function evaluatePart(
  suite: OprfSuite,
  key: OprfKeyPair,
  first: number,
  blindedElements: readonly Element[],
): EvaluatedPart {
  const evaluatedElements = multiplyAll(suite, key, blindedElements)
  const composite = partialComposite(suite, key.publicKey, first, blindedElements, evaluatedElements)
  return { evaluatedElements, composite }
}

/** The response of {@link evaluateWithProof} from all parts of a batch, in order: the same bytes. */
export function joinParts(
  suite: OprfSuite,
  key: OprfKeyPair,
  parts: readonly EvaluatedPart[],
  random: RandomSource,
): EvaluateResponse {
  const composite = parts.map(part => part.composite).reduce((sum, part) => suite.group.add(sum, part))
  return {
    evaluatedElements: parts.flatMap(part => part.evaluatedElements),
    proof: proveComposite(suite, key, composite, random),
  }
}

function multiplyAll(suite: OprfSuite, key: OprfKeyPair, elements: readonly Element[]): Element[] {
  requireConstantTime(suite.group, key)
  return suite.group.multiplyBatch(elements, key.secretKey)
}
