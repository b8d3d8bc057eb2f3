import { systemRandom } from '@mixun/core/random'
import {
  type BlindState,
  blind,
  decodeBlindRequest,
  decodeEvaluateResponse,
  decodePublicKey,
  deriveKeyPair,
  encodeBlindRequest,
  encodeEvaluateResponse,
  encodePublicKey,
  evaluateInput,
  evaluateWithProof,
  finalize,
  oprfSuiteById,
} from '@mixun/ot/oprf'
import { OWN_SIDE } from '../harness/result.ts'
import type { SuiteName, VerifiableOprf } from './verifiable-oprf.ts'

/** P-256 runs on its variable-time reference, which a server would refuse. */
const ANY_ARITHMETIC = { allowVariableTime: true }

/** The benches compare one proof for a hundred elements, which a client of ours would refuse to rely on. */
const ANY_BATCH = { allowWeakBatchProof: true }

/** This repository's own: steps of `@mixun/ot/oprf` with their codec. */
export function mixunOprf(name: SuiteName, seed: Uint8Array): VerifiableOprf {
  const suite = oprfSuiteById(`oprf_${name}`)
  const key = deriveKeyPair(suite, 'voprf', seed, new Uint8Array(0), ANY_ARITHMETIC)
  const publicKey = encodePublicKey(suite, key.publicKey)
  return {
    side: OWN_SIDE,
    isAsync: false,
    blind(inputs) {
      const { state, message } = blind(suite, 'voprf', inputs, systemRandom)
      return { state, request: encodeBlindRequest(suite, message) }
    },
    evaluate(request) {
      const message = decodeBlindRequest(suite, request as Uint8Array)
      return encodeEvaluateResponse(suite, 'voprf', evaluateWithProof(suite, key, message, systemRandom))
    },
    finalize(state, response) {
      const message = decodeEvaluateResponse(suite, 'voprf', response as Uint8Array)
      return finalize(suite, state as BlindState, message, decodePublicKey(suite, publicKey), ANY_BATCH)
    },
    evaluateInput: input => evaluateInput(suite, 'voprf', key.secretKey, input, ANY_ARITHMETIC),
  }
}
