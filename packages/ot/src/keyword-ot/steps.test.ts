import { toHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { evaluateInput, generateKeyPair, oprfRistretto255Sha512 as oprf } from '../oprf/index.ts'
import { providerIdentity, testBinding, testInquiry } from '../testing/keyword-ot.ts'
import { testTableKey } from '../testing/sealed-table.ts'
import { testIdentity } from '../testing/sessions.ts'
import { blindingContext, type KeywordOtBinding } from './binding.ts'
import { finish, request } from './client.ts'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts'
import type { KeywordOtResponse } from './messages.ts'
import { evaluationReceiptCodec, verifyEvaluationReceipt } from './receipt.ts'
import { accept, answer } from './server.ts'
import { openTranscript } from './transcript.ts'

const random = seededRandom('steps')
const { statement, input, blind } = testInquiry('subject 1')
const binding = testBinding(statement)
const { signingKey } = providerIdentity
const ask = (to: KeywordOtBinding = binding) => request(to, input, blind, random)
const respond = (message: ReturnType<typeof ask>['message'], key = testTableKey, signer = signingKey) =>
  answer(binding, accept(binding, message), key, signer, 1_790_000_000_000, random)

describe('the exchange', () => {
  it('gives F(k, x) and a receipt that a third party verifies with the public key alone', () => {
    const { state, message } = ask()
    const { message: response, receipt } = respond(message)
    const result = finish(binding, state, response, signingKey.publicKey, random)
    expect(toHex(result.output)).toBe(toHex(evaluateInput(oprf, 'voprf', testTableKey.secretKey, input)))
    expect(toHex(result.receipt)).toBe(toHex(receipt))
    const { receiptSignature } = result
    expect(verifyEvaluationReceipt(intl, signingKey.publicKey, receipt, receiptSignature)).toEqual({
      version: 1,
      sessionId: binding.sessionId,
      intentId: statement.intentId,
      provider: 'cinda',
      inquirer: 'galaxy',
      class: 'B',
      epoch: 7,
      requestDigest: accept(binding, message).requestDigest,
      responseDigest: expect.any(Uint8Array),
      evaluatedAt: 1_790_000_000_000,
    })
  })

  it('keeps a transcript from which a third party derives y, for this subject, key and receipt only', () => {
    const { state, message } = ask()
    const { output, transcript, receipt } = finish(
      binding,
      state,
      respond(message).message,
      signingKey.publicKey,
      random,
    )
    const context = {
      suite: intl,
      oprf,
      publicKey: statement.publicKey,
      element: statement.element,
      receipt: evaluationReceiptCodec.decode(receipt),
    }
    expect(toHex(openTranscript(context, transcript, input, blind))).toBe(toHex(output))
    const second = ask()
    const again = respond(second.message).message
    const other = finish(binding, second.state, again, signingKey.publicKey, random).transcript
    const open = (changes: Partial<typeof transcript>, to: Partial<typeof context> = {}) =>
      openTranscript({ ...context, ...to }, { ...transcript, ...changes }, input, blind)
    const element = oprf.group.encodeElement(oprf.group.generator())
    expectCode('ERR_VERIFY_COMMITMENT', () => open({ request: other.request }))
    expectCode('ERR_VERIFY_COMMITMENT', () => open({ evaluation: other.evaluation }))
    expectCode('ERR_VERIFY_COMMITMENT', () => open({ unblinded: element }))
    expectCode('ERR_VERIFY_COMMITMENT', () => open({ proof: other.proof }))
    expectCode('ERR_VERIFY_COMMITMENT', () => open({}, { element }))
    expectCode('ERR_VERIFY_COMMITMENT', () => openTranscript(context, transcript, utf8('subject 2'), blind))
    const { publicKey } = generateKeyPair(oprf, random)
    expectCode('ERR_VERIFY_DLEQ', () => open({}, { publicKey: oprf.group.encodeElement(publicKey) }))
  })

  it('leaves no copy of the subject behind, also after a failure', () => {
    for (const corrupt of [false, true]) {
      const copy = input.slice()
      const watched = Object.assign(input.slice(), { slice: () => copy })
      const { state, message } = request(binding, watched, blind, random)
      const { message: response } = respond(message)
      if (corrupt) {
        const other = { ...response, evaluatedElement: oprf.group.generator() }
        expectCode('ERR_VERIFY_DLEQ', () => finish(binding, state, other, signingKey.publicKey, random))
      } else {
        finish(binding, state, response, signingKey.publicKey, random)
      }
      expect(toHex(copy)).toMatch(/^0+$/)
    }
  })

  it('has requests of 96 and responses of 168 bytes', () => {
    const { message } = ask()
    const bytes = encodeRequest(oprf, message)
    expect(bytes).toHaveLength(96)
    expect(encodeRequest(oprf, decodeRequest(oprf, bytes))).toEqual(bytes)
    const response = encodeResponse(oprf, intl, respond(message).message)
    expect(response).toHaveLength(168)
    expect(encodeResponse(oprf, intl, decodeResponse(oprf, intl, response))).toEqual(response)
  })

  it('blinds differently every time', () => {
    const [first, second] = [ask(), ask()].map(({ message }) => toHex(encodeRequest(oprf, message)))
    expect(first).not.toBe(second)
  })
})

describe('the proof of ρ', () => {
  const { message } = ask()

  it.each<[string, Partial<KeywordOtBinding>]>([
    ['session', { sessionId: new Uint8Array(32) }],
    ['transcript', { transcriptDigest: new Uint8Array(32) }],
    ['inquirer', { inquirer: 'dongxing' }],
    ['parameters', { parameters: { ...binding.parameters, id: 'keywordot_ristretto255-SHA513' } }],
    ['suite', { suite: { ...intl, id: 'sm' as 'intl' } }],
  ])('is bound to the %s', (_, change) => {
    expectCode('ERR_VERIFY_BLINDING', () => accept({ ...binding, ...change }, message))
  })

  it.each([
    ['intent', { intentId: new Uint8Array(16) }],
    ['provider', { provider: 'galaxy' }],
    ['class', { class: 'C' }],
    ['epoch', { epoch: 8 }],
    ['key', { publicKey: testInquiry('subject 2').statement.element }],
    ['recorded element', { element: testInquiry('subject 2').statement.element }],
  ])('is bound to the %s of the statement', (_, change) => {
    expectCode('ERR_VERIFY_BLINDING', () =>
      accept({ ...binding, statement: { ...statement, ...change } }, message),
    )
  })

  it('does not hold for an element blinded without consent', () => {
    const other = request(
      testBinding(testInquiry('subject 2').statement),
      utf8('subject 2'),
      testInquiry('subject 2').blind,
      random,
    )
    const swapped = { ...message, blindedElement: other.message.blindedElement }
    expectCode('ERR_VERIFY_BLINDING', () => accept(binding, swapped))
    expectCode('ERR_VERIFY_BLINDING', () => accept(binding, other.message))
  })

  it('has a context whose fields cannot run into each other', () => {
    const contextOf = (change: Partial<typeof statement>, inquirer = 'galaxy') =>
      toHex(blindingContext({ ...binding, inquirer, statement: { ...statement, ...change } }))
    expect(contextOf({ provider: 'cindab', class: '' })).not.toBe(
      contextOf({ provider: 'cinda', class: 'b' }),
    )
    expect(contextOf({ provider: 'ycinda' }, 'galax')).not.toBe(contextOf({}))
  })
})

describe('the inquirer', () => {
  it('asks only with a subject and blind that open the recorded element', () => {
    expectCode('ERR_VERIFY_COMMITMENT', () => request(binding, utf8('subject 2'), blind, random))
    const otherBlind = testInquiry('subject 2').blind
    expectCode('ERR_VERIFY_COMMITMENT', () => request(binding, input, otherBlind, random))
    expectCode('ERR_DECODE_SCALAR', () => request(binding, input, new Uint8Array(32), random))
    expectCode('ERR_DECODE_LENGTH', () => request(binding, input, blind.subarray(1), random))
  })

  it('refuses an evaluation by another key, whether or not its owner proves honestly', () => {
    const other = generateKeyPair(oprf, random)
    const disguised = { secretKey: other.secretKey, publicKey: testTableKey.publicKey }
    const { state, message } = ask()
    const response = respond(message, disguised).message
    expectCode('ERR_VERIFY_DLEQ', () => finish(binding, state, response, signingKey.publicKey, random))
  })

  it('refuses a changed evaluation and a proof of another exchange', () => {
    const spare = respond(ask().message).message
    for (const change of [{ evaluatedElement: spare.evaluatedElement }, { proof: spare.proof }]) {
      const { state, message } = ask()
      const response = { ...respond(message).message, ...change }
      expectCode('ERR_VERIFY_DLEQ', () => finish(binding, state, response, signingKey.publicKey, random))
    }
  })

  it('refuses a receipt by another signer, of another time or of another exchange', () => {
    const spare = respond(ask().message).message.receiptSignature
    const stranger = testIdentity('stranger').signingKey
    const cases: ((honest: KeywordOtResponse, forged: KeywordOtResponse) => KeywordOtResponse)[] = [
      (_, forged) => forged,
      honest => ({ ...honest, evaluatedAt: honest.evaluatedAt + 1 }),
      honest => ({ ...honest, receiptSignature: spare }),
    ]
    for (const change of cases) {
      const { state, message } = ask()
      const response = change(respond(message).message, respond(message, testTableKey, stranger).message)
      expectCode('ERR_VERIFY_SIGNATURE', () => finish(binding, state, response, signingKey.publicKey, random))
    }
  })

  it('finishes once, also after a failure', () => {
    const { state, message } = ask()
    const { message: response } = respond(message)
    const broken = { ...response, evaluatedAt: 0 }
    expectCode('ERR_VERIFY_SIGNATURE', () => finish(binding, state, broken, signingKey.publicKey, random))
    expectCode('ERR_STATE_CONSUMED', () => finish(binding, state, response, signingKey.publicKey, random))
  })
})

describe('the provider', () => {
  it('answers an accepted request once', () => {
    const accepted = accept(binding, ask().message)
    answer(binding, accepted, testTableKey, signingKey, 1, random)
    expectCode('ERR_STATE_CONSUMED', () => answer(binding, accepted, testTableKey, signingKey, 1, random))
  })

  it('refuses to answer with the key of another epoch', () => {
    const other = generateKeyPair(oprf, random)
    expectCode('ERR_INPUT_RANGE', () => respond(ask().message, other))
  })
})
