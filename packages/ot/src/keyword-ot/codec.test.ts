import { concat, toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oprfRistretto255Sha512 as oprf } from '../oprf/index.ts'
import { badElements, badScalars } from '../testing/bad-encodings.ts'
import { providerIdentity, testBinding, testInquiry } from '../testing/keyword-ot.ts'
import { testTableKey } from '../testing/sealed-table.ts'
import { testIdentity } from '../testing/sessions.ts'
import { request } from './client.ts'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts'
import { keywordOtParameters, keywordOtParametersById } from './params.ts'
import { evaluationReceiptCodec, verifyEvaluationReceipt } from './receipt.ts'
import { accept, answer } from './server.ts'

const random = seededRandom('codec')
const { statement, input, blind } = testInquiry('subject 1')
const binding = testBinding(statement)
const { signingKey } = providerIdentity
const { message: asked } = request(binding, input, blind, random)
const answered = answer(binding, accept(binding, asked), testTableKey, signingKey, 1_790_000_000_000, random)

describe('the codec', () => {
  const requestBytes = encodeRequest(oprf, asked)
  const responseBytes = encodeResponse(oprf, intl, answered.message)

  it('refuses truncated and prolonged messages', () => {
    for (let length = 0; length < 96; length++) {
      expectCode('ERR_DECODE_LENGTH', () => decodeRequest(oprf, requestBytes.subarray(0, length)))
    }
    for (let length = 0; length < 168; length++) {
      expectCode('ERR_DECODE_LENGTH', () => decodeResponse(oprf, intl, responseBytes.subarray(0, length)))
    }
    const more = Uint8Array.of(0)
    expectCode('ERR_DECODE_TRAILING', () => decodeRequest(oprf, concat(requestBytes, more)))
    expectCode('ERR_DECODE_TRAILING', () => decodeResponse(oprf, intl, concat(responseBytes, more)))
  })

  it.each(Object.entries(badElements.ristretto255 ?? {}))('refuses an element: %s', (_, bad) => {
    expectCode('ERR_DECODE_ELEMENT', () => decodeRequest(oprf, concat(bad, requestBytes.subarray(32))))
    expectCode('ERR_DECODE_ELEMENT', () =>
      decodeResponse(oprf, intl, concat(bad, responseBytes.subarray(32))),
    )
  })

  it('refuses unreduced scalars', () => {
    for (const bad of badScalars.ristretto255 ?? []) {
      for (const at of [32, 64]) {
        const replaced = (bytes: Uint8Array) =>
          concat(bytes.subarray(0, at), bad, bytes.subarray(at + bad.length))
        expectCode('ERR_DECODE_SCALAR', () => decodeRequest(oprf, replaced(requestBytes)))
        expectCode('ERR_DECODE_SCALAR', () => decodeResponse(oprf, intl, replaced(responseBytes)))
      }
    }
  })

  it('refuses a time beyond 2^53', () => {
    const late = responseBytes.slice()
    late[96] = 0xff
    expectCode('ERR_DECODE_SCHEMA', () => decodeResponse(oprf, intl, late))
  })

  it('never decodes to something that encodes differently, and never fails without a code', () => {
    const mutated = fc.tuple(fc.nat(95), fc.nat(255)).map(([at, byte]) => {
      const bytes = requestBytes.slice()
      bytes[at] = byte
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ minLength: 96, maxLength: 96 })), bytes => {
        try {
          return toHex(encodeRequest(oprf, decodeRequest(oprf, bytes))) === toHex(bytes)
        } catch (error) {
          return error instanceof MixunError && error.code.startsWith('ERR_DECODE_')
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the evaluation receipt', () => {
  const { message, receipt } = answered

  it('is refused with another key, signature, purpose or byte', () => {
    const verify = (bytes: Uint8Array, signature: Uint8Array, key = signingKey.publicKey) =>
      verifyEvaluationReceipt(intl, key, bytes, signature)
    const { receiptSignature } = message
    const stranger = testIdentity('stranger').signingKey.publicKey
    expectCode('ERR_VERIFY_SIGNATURE', () => verify(receipt, receiptSignature, stranger))
    expectCode('ERR_VERIFY_SIGNATURE', () => verify(receipt, new Uint8Array(64)))
    expectCode('ERR_VERIFY_SIGNATURE', () => verify(receipt, signingKey.sign(receipt)))
    const decoded = evaluationReceiptCodec.decode(receipt)
    const changed = evaluationReceiptCodec.encode({ ...decoded, epoch: 8 })
    expectCode('ERR_VERIFY_SIGNATURE', () => verify(changed, receiptSignature))
    expectCode('ERR_DECODE_TRAILING', () => verify(concat(receipt, Uint8Array.of(0)), receiptSignature))
  })
})

describe('parameters', () => {
  it('are found by id', () => {
    expect(keywordOtParameters.map(({ id }) => id)).toEqual([
      'keywordot_ristretto255-SHA512',
      'keywordot_P256-SHA256',
      'keywordot_SM2-SM3',
    ])
    expect(keywordOtParametersById('keywordot_P256-SHA256').oprf.id).toBe('oprf_P256-SHA256')
  })

  it('refuses an unknown id', () => {
    expectCode('ERR_PARAMETER_UNKNOWN', () => keywordOtParametersById('keywordot_SM2-SHA256'))
  })
})
