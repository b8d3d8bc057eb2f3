import { utf8 } from '@mixun/core/bytes'
import { systemRandom as random } from '@mixun/core/random'
import { suiteById } from '@mixun/core/suite'
import {
  blindConsented,
  combineBlind,
  commitSubject,
  rerandomize,
  verifyBlinding,
  verifyOpening,
  verifyRerandomized,
} from '@mixun/ot/consent-blinding'
import {
  accept,
  answer,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  finish,
  type KeywordOtBinding,
  keywordOtParametersById,
  request,
} from '@mixun/ot/keyword-ot'
import { encodePublicKey, generateKeyPair, oprfSuiteById } from '@mixun/ot/oprf'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'
import type { InquirySuiteName } from './exchange.ts'

const subject = utf8('resident-id:990101199001010006')
const context = utf8('intent 1 of an inquirer')

/** Consent-bound blinding: who makes and who checks T₀, T and B. Nothing on npm does the same. */
export function timeConsentBlinding(
  name: InquirySuiteName,
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const suite = oprfSuiteById(`oprf_${name}`)
  const { group } = suite
  const { commitment, opening } = commitSubject(suite, subject, random)
  const { element, proof } = rerandomize(suite, context, commitment, random)
  const elements = [group.decodeElement(element)]
  const blinded = blindConsented(suite, context, elements, random)
  const steps = [
    { name: 'commit subject', run: () => commitSubject(suite, subject, random) },
    { name: 'verify opening', run: () => verifyOpening(suite, subject, opening, commitment) },
    { name: 'rerandomize and prove', run: () => rerandomize(suite, context, commitment, random) },
    {
      name: 'verify rerandomized',
      run: () => verifyRerandomized(suite, context, commitment, element, proof),
    },
    { name: 'blind and prove', run: () => blindConsented(suite, context, elements, random) },
    {
      name: 'verify blinding',
      run: () => verifyBlinding(suite, context, elements, blinded.blindedElements, blinded.proof),
    },
  ]
  return timeSteps(`${name}, consent-bound blinding`, steps, options)
}

/** One evaluation of keyword OT, from bytes to bytes, and the bytes themselves. */
export async function timeKeywordOt(
  name: InquirySuiteName,
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const oprf = oprfSuiteById(`oprf_${name}`)
  const suite = suiteById(name === 'SM2-SM3' ? 'sm' : 'intl')
  const signingKey = suite.generateSigningKey(random)
  // P-256 has the reference alone.
  const key = generateKeyPair(oprf, random, { allowVariableTime: true })
  const { commitment, opening } = commitSubject(oprf, subject, random)
  const { element, factor } = rerandomize(oprf, context, commitment, random)
  const blind = combineBlind(oprf, factor, opening)
  const binding: KeywordOtBinding = {
    suite,
    parameters: keywordOtParametersById(`keywordot_${name}`),
    sessionId: random.bytes(32),
    transcriptDigest: random.bytes(32),
    inquirer: 'inquirer',
    statement: {
      intentId: random.bytes(16),
      provider: 'provider',
      class: 'B',
      epoch: 1,
      publicKey: encodePublicKey(oprf, key.publicKey),
      element,
    },
  }
  const ask = () => {
    const { state, message } = request(binding, subject, blind, random)
    return { state, bytes: encodeRequest(oprf, message) }
  }
  const check = (bytes: Uint8Array) => accept(binding, decodeRequest(oprf, bytes))
  const evaluate = (accepted: ReturnType<typeof check>) => {
    const { message, receipt } = answer(binding, accepted, key, signingKey, Date.now(), random)
    return { bytes: encodeResponse(oprf, suite, message), receipt }
  }
  const asked = ask()
  const answered = evaluate(check(asked.bytes))

  let accepted = check(asked.bytes)
  let pending = { ...asked, response: answered.bytes }
  const steps = [
    { name: 'inquirer: request', run: ask },
    { name: 'provider: accept', run: () => check(asked.bytes) },
    {
      name: 'provider: answer',
      prepare: () => (accepted = check(asked.bytes)),
      run: () => evaluate(accepted),
    },
    {
      name: 'inquirer: finish',
      prepare: () => {
        const fresh = ask()
        pending = { ...fresh, response: evaluate(check(fresh.bytes)).bytes }
      },
      run: () =>
        finish(
          binding,
          pending.state,
          decodeResponse(oprf, suite, pending.response),
          signingKey.publicKey,
          random,
        ),
    },
  ]
  const group = `${name}, keyword OT`
  const sizes = { request: asked.bytes, response: answered.bytes, 'evaluation receipt': answered.receipt }
  return [
    ...(await timeSteps(group, steps, options)),
    ...Object.entries(sizes).map(([what, bytes]) => measurement(group, what, 'bytes', [bytes.length])),
  ]
}
