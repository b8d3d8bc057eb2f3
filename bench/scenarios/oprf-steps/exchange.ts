import { compareBytes, utf8 } from '@mixun/core/bytes'
import { systemRandom as random } from '@mixun/core/random'
import {
  blindConsented,
  combineBlind,
  commitSubject,
  rerandomize,
  verifyBlinding,
} from '@mixun/ot/consent-blinding'
import { decodeRequest, encodeRequest } from '@mixun/ot/keyword-ot'
import {
  decodeEvaluateResponse,
  decodePublicKey,
  encodeEvaluateResponse,
  encodePublicKey,
  evaluateInput,
  evaluateWithProof,
  generateKeyPair,
  type OprfSuite,
  oprfSuiteById,
  unblindAndHash,
  verifyProof,
} from '@mixun/ot/oprf'
import type { Measurement } from '../../harness/result.ts'
import { type Step, timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'
import type { SuiteName, VerifiableOprf } from '../../peers/verifiable-oprf.ts'

const input = utf8('resident-id:990101199001010006')
const context = utf8('intent 1 of an inquirer')

/** Suites in which an inquiry is measured: those of the peers, and SM2-SM3, which no peer has. */
export type InquirySuiteName = SuiteName | 'SM2-SM3'

/**
 * One whole exchange of keyword OT on both sides, without its signed receipt, from bytes to bytes: blind, prove ρ, check
 * ρ, evaluate with proof, check the proof, finalise. Beside it blind, evaluate with proof and finalise of the peers,
 * whose scheme has no ρ to prove.
 *
 * @param peers implementations of the RFC's suite that our exchange in `suite` stands beside
 */
export async function timeExchange(
  suite: InquirySuiteName,
  peers: readonly VerifiableOprf[],
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const run = makeExchange(oprfSuiteById(`oprf_${suite}`))
  const name = 'both parties'
  const steps: Step[] = [
    { name, run },
    ...peers.map((peer): Step => ({ name, side: peer.side, isAsync: true, run: () => exchange(peer) })),
  ]
  return timeSteps(`${suite}, one verifiable exchange`, steps, options)
}

async function exchange(peer: VerifiableOprf): Promise<unknown> {
  const { state, request } = await peer.blind([input])
  return peer.finalize(state, await peer.evaluate(request))
}

/** Prepares consent, intent and key; a run is one exchange. @throws when it gives another output than the function */
function makeExchange(oprf: OprfSuite): () => Uint8Array {
  const { group } = oprf
  const key = generateKeyPair(oprf, random)
  const publicKey = encodePublicKey(oprf, key.publicKey)
  const { commitment, opening } = commitSubject(oprf, input, random)
  const { element, factor } = rerandomize(oprf, context, commitment, random)
  const consented = combineBlind(oprf, factor, opening)
  const run = () => {
    const recorded = [group.decodeElement(element)]
    const blinding = blindConsented(oprf, context, recorded, random)
    const [blindedElement] = blinding.blindedElements as [(typeof recorded)[0]]
    const request = encodeRequest(oprf, { blindedElement, proof: blinding.proof })
    const response = answer(request)
    const { evaluatedElements, proof } = decodeEvaluateResponse(oprf, 'voprf', response)
    const [evaluated] = evaluatedElements as [(typeof recorded)[0]]
    if (proof === null) throw new Error('expected a proof')
    verifyProof(oprf, decodePublicKey(oprf, publicKey), [blindedElement], [evaluated], proof)
    const blind = group.multiplyScalars(blinding.factor, group.decodeScalar(consented))
    return unblindAndHash(oprf, input, blind, evaluated)
  }
  const answer = (request: Uint8Array) => {
    const { blindedElement, proof } = decodeRequest(oprf, request)
    const blindedElements = [blindedElement]
    verifyBlinding(oprf, context, [group.decodeElement(element)], blindedElements, proof)
    return encodeEvaluateResponse(oprf, 'voprf', evaluateWithProof(oprf, key, { blindedElements }, random))
  }
  if (compareBytes(run(), evaluateInput(oprf, 'voprf', key.secretKey, input)) !== 0) {
    throw new Error(`${oprf.id}: expected the output of the function`)
  }
  return run
}
