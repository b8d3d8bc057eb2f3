import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Element } from '@mixun/core/group'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { isIdentity } from '../group/public.ts'
import { blind } from './client.ts'
import { hashToScalar } from './context.ts'
import { generateProof, verifyProof } from './dleq.ts'
import { generateKeyPair } from './keys.ts'
import { MAX_PROVEN_BATCH, oprfRistretto255Sha512, oprfSuites } from './params.ts'
import { evaluate, evaluateWithProof } from './server.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const ANY_BATCH = { allowWeakBatchProof: true }

describe.each(oprfSuites)('DLEQ proofs over $identifier', suite => {
  const random = seededRandom(suite.id)
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const { group } = suite
  const inputs = ['a', 'bb', ''].map(utf8)

  it('refuses a batch with one other, two swapped, or a proof of another batch', () => {
    const { message } = blind(suite, 'voprf', inputs, random)
    const { evaluatedElements, proof } = evaluateWithProof(suite, key, message, random)
    if (proof === null) throw new Error('expected a proof')
    const [first, second, third] = evaluatedElements as [Element, Element, Element]
    const check = (evaluated: readonly Element[], blinded = message.blindedElements) =>
      verifyProof(suite, key.publicKey, blinded, evaluated, proof, ANY_BATCH)
    check(evaluatedElements)
    expectCode('ERR_VERIFY_DLEQ', () => check([first, second, group.generator()]))
    expectCode('ERR_VERIFY_DLEQ', () => check([second, first, third]))
    expectCode('ERR_VERIFY_DLEQ', () => check([first, second], message.blindedElements.slice(0, 2)))
    expectCode('ERR_INPUT_LENGTH', () => check([first, second]))
    expectCode('ERR_INPUT_LENGTH', () => check([], []))
  })

  it('relies on one proof for few elements only: ERR_INPUT_PROOF_BATCH', () => {
    const many = Array.from({ length: MAX_PROVEN_BATCH + 1 }, (_, i) => Uint8Array.of(i))
    const check = (count: number, options = {}) => {
      const { message } = blind(suite, 'voprf', many.slice(0, count), random)
      const { evaluatedElements, proof } = evaluateWithProof(suite, key, message, random)
      if (proof === null) throw new Error('expected a proof')
      verifyProof(suite, key.publicKey, message.blindedElements, evaluatedElements, proof, options)
    }
    check(MAX_PROVEN_BATCH)
    expectCode('ERR_INPUT_PROOF_BATCH', () => check(MAX_PROVEN_BATCH + 1))
    check(MAX_PROVEN_BATCH + 1, ANY_BATCH)
  })

  it('refuses each half of a proof when changed', () => {
    const { message } = blind(suite, 'voprf', [utf8('a')], random)
    const { evaluatedElements, proof } = evaluateWithProof(suite, key, message, random)
    if (proof === null) throw new Error('expected a proof')
    const one = group.randomScalar(random)
    const forgeries = [
      { ...proof, challenge: group.addScalars(proof.challenge, one) },
      { ...proof, response: group.addScalars(proof.response, one) },
    ]
    for (const forgery of forgeries) {
      expectCode('ERR_VERIFY_DLEQ', () =>
        verifyProof(suite, key.publicKey, message.blindedElements, evaluatedElements, forgery),
      )
    }
  })
})

it('refuses a proof whose commitments are the identity, although its equations hold', () => {
  // A server that takes r = 0. Ristretto255 encodes the identity, so that the challenge can be computed by hand.
  const suite = oprfRistretto255Sha512
  const { group } = suite
  const random = seededRandom('identity')
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const { blindedElements } = blind(suite, 'voprf', [utf8('a')], random).message
  const { evaluatedElements } = evaluate(suite, key, { blindedElements })
  const field = (bytes: Uint8Array) => new Writer().bytes16(bytes).finish()
  const publicKey = field(group.encodeElement(key.publicKey))
  const context = concat(utf8('OPRFV1-'), Uint8Array.of(1), utf8(`-${suite.identifier}`))
  const seed = suite.hash(publicKey, field(concat(utf8('Seed-'), context)))
  const pair = [...blindedElements, ...evaluatedElements].map(element => field(group.encodeElement(element)))
  const weight = hashToScalar(
    suite,
    'voprf',
    concat(field(seed), new Uint8Array(2), ...pair, utf8('Composite')),
  )
  const composites = [...blindedElements, ...evaluatedElements].map(element =>
    group.multiply(element, weight),
  )
  const challengeWith = (commitments: readonly Uint8Array[]) =>
    hashToScalar(
      suite,
      'voprf',
      concat(
        publicKey,
        ...composites.map(e => field(group.encodeElement(e))),
        ...commitments.map(field),
        utf8('Challenge'),
      ),
    )
  const responseTo = (nonce: typeof weight, challenge: typeof weight) =>
    group.subtractScalars(nonce, group.multiplyScalars(challenge, key.secretKey))

  // The transcript above is the right one: with an honest nonce the proof holds.
  const nonce = group.randomScalar(random)
  const m = composites[0] as Element
  const honest = challengeWith([group.multiplyBase(nonce), group.multiply(m, nonce)].map(group.encodeElement))
  verifyProof(suite, key.publicKey, blindedElements, evaluatedElements, {
    challenge: honest,
    response: responseTo(nonce, honest),
  })

  const zero = group.subtractScalars(nonce, nonce)
  const identity = group.combinePublic(m, zero, m, zero)
  expect(isIdentity(group, identity)).toBe(true)
  const forged = challengeWith([identity, identity].map(group.encodeElement))
  expectCode('ERR_VERIFY_DLEQ', () =>
    verifyProof(suite, key.publicKey, blindedElements, evaluatedElements, {
      challenge: forged,
      response: responseTo(zero, forged),
    }),
  )
})

it('proves under different nonces every time', () => {
  const suite = oprfRistretto255Sha512
  const random = seededRandom('nonces')
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const { blindedElements } = blind(suite, 'voprf', [utf8('a')], random).message
  const { evaluatedElements } = evaluate(suite, key, { blindedElements })
  const responses = [1, 2].map(() =>
    toHex(
      suite.group.encodeScalar(
        generateProof(suite, key, blindedElements, evaluatedElements, random).response,
      ),
    ),
  )
  expect(responses[0]).not.toBe(responses[1])
})
