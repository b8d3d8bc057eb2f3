import type { OPRFBlind, OPRFBlindEvalBatch } from '@noble/curves/abstract/oprf.js'
import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { p256_oprf } from '@noble/curves/nist.js'
import type { SuiteName, VerifiableOprf } from './verifiable-oprf.ts'

export const NOBLE = '@noble/curves 2.4.0'

interface NobleState {
  readonly inputs: readonly Uint8Array[]
  readonly blinds: readonly OPRFBlind[]
}

/** `Evaluate` exists in 2.4.0 and is missing from its type. */
type WithEvaluate = { evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array }

/** The RFC 9497 OPRF of @noble/curves, in plain JavaScript. */
export function nobleOprf(name: SuiteName, seed: Uint8Array): VerifiableOprf {
  const { voprf } = name === 'P256-SHA256' ? p256_oprf : ristretto255_oprf
  const { secretKey, publicKey } = voprf.deriveKeyPair(seed, new Uint8Array(0))
  return {
    side: NOBLE,
    isAsync: false,
    blind(inputs) {
      const blinds = inputs.map(input => voprf.blind(input))
      return { state: { inputs, blinds }, request: blinds.map(({ blinded }) => blinded) }
    },
    evaluate: request => voprf.blindEvaluateBatch(secretKey, publicKey, request as Uint8Array[]),
    finalize(state, response) {
      const { inputs, blinds } = state as NobleState
      const { evaluated, proof } = response as OPRFBlindEvalBatch
      const items = inputs.map((input, i) => {
        const { blind, blinded } = blinds[i] as OPRFBlind
        return { input, blind, blinded, evaluated: evaluated[i] as Uint8Array }
      })
      return voprf.finalizeBatch(items, publicKey, proof)
    },
    evaluateInput: input => (voprf as unknown as WithEvaluate).evaluate(secretKey, input),
  }
}
