import { toHex, utf8 } from '@mixun/core/bytes'
import type { Element } from '@mixun/core/group'
import { SUITE_IDS } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blind, finalize } from './client.ts'
import { hashInput } from './context.ts'
import { generateKeyPair } from './keys.ts'
import { evaluateInput } from './output.ts'
import {
  MAX_BATCH,
  MAX_PROVEN_BATCH,
  type OprfMode,
  oprfP256Sha256,
  oprfRistretto255Sha512,
  oprfSm2Sm3,
  oprfSuiteById,
  oprfSuiteOf,
  oprfSuites,
} from './params.ts'
import { evaluate, evaluateWithProof } from './server.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const modes: readonly OprfMode[] = ['oprf', 'voprf']

describe('suites', () => {
  it('are found by id', () => {
    expect(oprfSuiteById('oprf_P256-SHA256')).toBe(oprfP256Sha256)
    expect(oprfSuiteById('oprf_ristretto255-SHA512')).toBe(oprfRistretto255Sha512)
    expect(oprfSuiteById('oprf_SM2-SM3')).toBe(oprfSm2Sm3)
  })

  it('follow the suite of the consortium', () => {
    expect(SUITE_IDS.map(id => oprfSuiteOf(id).id)).toEqual(['oprf_ristretto255-SHA512', 'oprf_SM2-SM3'])
  })

  it('refuses an unknown id', () => {
    expectCode('ERR_PARAMETER_UNKNOWN', () => oprfSuiteById('oprf_SM2-SHA256'))
  })
})

describe.each(oprfSuites)('$id', suite => {
  const random = seededRandom(suite.id)
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const { group } = suite
  const inputs = ['a', ''].map(utf8)

  it.each(modes)('gives the client F(k, x) in mode %s, whatever the inputs', mode => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: MAX_PROVEN_BATCH }),
        values => {
          const { state, message } = blind(suite, mode, values, random)
          const response =
            mode === 'voprf' ? evaluateWithProof(suite, key, message, random) : evaluate(suite, key, message)
          const outputs = finalize(suite, state, response, key.publicKey)
          expect(outputs.map(toHex)).toEqual(
            values.map(value => toHex(evaluateInput(suite, mode, key.secretKey, value, ANY_ARITHMETIC))),
          )
        },
      ),
      { numRuns: 5 },
    )
  })

  it('gives other outputs for another mode, key or input', () => {
    const other = generateKeyPair(suite, random, ANY_ARITHMETIC)
    const outputs = [
      evaluateInput(suite, 'oprf', key.secretKey, utf8('a'), ANY_ARITHMETIC),
      evaluateInput(suite, 'voprf', key.secretKey, utf8('a'), ANY_ARITHMETIC),
      evaluateInput(suite, 'voprf', other.secretKey, utf8('a'), ANY_ARITHMETIC),
      evaluateInput(suite, 'voprf', key.secretKey, utf8('b'), ANY_ARITHMETIC),
    ]
    expect(new Set(outputs.map(toHex)).size).toBe(4)
    expect(outputs.every(output => output.length === suite.hashBytes)).toBe(true)
  })

  it('blinds an input differently every time', () => {
    const elements = [1, 2].map(() => blind(suite, 'voprf', [utf8('a')], random).message.blindedElements[0])
    expect(group.equalElements(elements[0] as Element, elements[1] as Element)).toBe(false)
  })

  it('refuses an evaluation by another key than the committed one', () => {
    const other = generateKeyPair(suite, random, ANY_ARITHMETIC)
    const honest = blind(suite, 'voprf', inputs, random)
    const response = evaluateWithProof(suite, other, honest.message, random)
    expectCode('ERR_VERIFY_DLEQ', () => finalize(suite, honest.state, response, key.publicKey))
    const mixed = blind(suite, 'voprf', inputs, random)
    const mixedKey = { ...other, publicKey: key.publicKey }
    const forged = evaluateWithProof(suite, mixedKey, mixed.message, random)
    expectCode('ERR_VERIFY_DLEQ', () => finalize(suite, mixed.state, forged, key.publicKey))
  })

  it('needs proof and public key in the verifiable mode', () => {
    const [first, second] = [0, 1].map(() => blind(suite, 'voprf', [utf8('a')], random))
    if (first === undefined || second === undefined) throw new Error('expected two states')
    const bare = evaluate(suite, key, first.message)
    expectCode('ERR_VERIFY_DLEQ', () => finalize(suite, first.state, bare, key.publicKey))
    const response = evaluateWithProof(suite, key, second.message, random)
    expectCode('ERR_INPUT_RANGE', () => finalize(suite, second.state, response))
  })

  it('does not finalise more inputs than one proof is good for: ERR_INPUT_PROOF_BATCH', () => {
    const many = ['a', 'bb', ''].map(utf8)
    const weak = (mode: OprfMode, options = {}) => {
      const { state, message } = blind(suite, mode, many, random)
      const response =
        mode === 'oprf' ? evaluate(suite, key, message) : evaluateWithProof(suite, key, message, random)
      return finalize(suite, state, response, key.publicKey, options)
    }
    expectCode('ERR_INPUT_PROOF_BATCH', () => weak('voprf'))
    expect(weak('voprf', { allowWeakBatchProof: true })).toHaveLength(3)
    expect(weak('oprf')).toHaveLength(3)
  })

  it('serves one finalisation a state, also after a failure', () => {
    const { state, message } = blind(suite, 'voprf', inputs, random)
    const response = evaluateWithProof(suite, key, message, random)
    const short = { ...response, evaluatedElements: response.evaluatedElements.slice(1) }
    expectCode('ERR_DECODE_LENGTH', () => finalize(suite, state, short, key.publicKey))
    expectCode('ERR_STATE_CONSUMED', () => finalize(suite, state, response, key.publicKey))
  })

  it('bounds inputs and batches', () => {
    expectCode('ERR_INPUT_LENGTH', () => blind(suite, 'voprf', [], random))
    const many = Array.from({ length: MAX_BATCH + 1 }, () => new Uint8Array(1))
    expectCode('ERR_INPUT_LENGTH', () => blind(suite, 'voprf', many, random))
    hashInput(suite, 'voprf', new Uint8Array(65_534))
    expectCode('ERR_INPUT_LENGTH', () => hashInput(suite, 'voprf', new Uint8Array(65_535)))
  })
})
