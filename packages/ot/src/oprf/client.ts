import { fail } from '@mixun/core/errors'
import type { Element, Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { OneShot } from '../state/one-shot.ts'
import { hashInput } from './context.ts'
import { type ProofOptions, verifyProof } from './dleq.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import { unblindAndHash } from './output.ts'
import { MAX_BATCH, type OprfMode, type OprfSuite } from './params.ts'

interface BlindSecrets {
  readonly mode: OprfMode
  readonly inputs: readonly Uint8Array[]
  readonly blinds: readonly Scalar[]
  readonly blindedElements: readonly Element[]
}

/** What the client keeps between its two steps; secret, and good for one {@link finalize}. */
export type BlindState = OneShot<BlindSecrets>

/**
 * Blind (RFC 9497 section 3.3.1), for a batch. Each element is uniform and says nothing of its input.
 *
 * @throws ERR_INPUT_LENGTH for no or too many inputs or one too long
 */
export function blind(
  suite: OprfSuite,
  mode: OprfMode,
  inputs: readonly Uint8Array[],
  random: RandomSource,
): { state: BlindState; message: BlindRequest } {
  if (inputs.length < 1 || inputs.length > MAX_BATCH) {
    fail('ERR_INPUT_LENGTH', `expected 1 to ${MAX_BATCH} inputs, found ${inputs.length}`)
  }
  const { group } = suite
  const blinds = inputs.map(() => group.randomScalar(random))
  const blindedElements = inputs.map((input, i) =>
    group.multiply(hashInput(suite, mode, input), blinds[i] as Scalar),
  )
  return {
    state: new OneShot({ mode, inputs: inputs.map(input => input.slice()), blinds, blindedElements }),
    message: { blindedElements },
  }
}

/**
 * Finalize (RFC 9497 sections 3.3.1 and 3.3.2), for a batch: one output of `hashBytes` bytes an input, secret. In the
 * verifiable mode nothing is unblinded before the proof holds. The state is consumed even when it fails.
 *
 * @param publicKey the key that the server committed to; required in the verifiable mode
 * @throws ERR_VERIFY_DLEQ, ERR_STATE_CONSUMED, ERR_DECODE_LENGTH for another number of elements; in the verifiable mode
 * ERR_INPUT_RANGE without a public key, ERR_INPUT_PROOF_BATCH above MAX_PROVEN_BATCH inputs unless the options allow them
 */
export function finalize(
  suite: OprfSuite,
  state: BlindState,
  message: EvaluateResponse,
  publicKey?: Element,
  options: ProofOptions = {},
): Uint8Array[] {
  const { mode, inputs, blinds, blindedElements } = state.take()
  const { evaluatedElements, proof } = message
  if (evaluatedElements.length !== inputs.length) {
    fail('ERR_DECODE_LENGTH', `expected ${inputs.length} elements, found ${evaluatedElements.length}`)
  }
  if (mode === 'voprf') {
    if (publicKey === undefined) fail('ERR_INPUT_RANGE', 'expected the public key of the server')
    if (proof === null) fail('ERR_VERIFY_DLEQ', 'expected a proof of the evaluation, found none')
    verifyProof(suite, publicKey, blindedElements, evaluatedElements, proof, options)
  }
  return inputs.map((input, i) =>
    unblindAndHash(suite, input, blinds[i] as Scalar, evaluatedElements[i] as Element),
  )
}
