import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { expectCode, seededRandom } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { badElements, badScalars } from '../testing/bad-encodings.ts'
import { blind } from './client.ts'
import {
  decodeBlindRequest,
  decodeDleqProof,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeEvaluateResponse,
} from './codec.ts'
import { generateKeyPair } from './keys.ts'
import { oprfSuites } from './params.ts'
import { evaluate, evaluateWithProof } from './server.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

describe.each(oprfSuites)('messages of $id', suite => {
  const random = seededRandom(suite.id)
  const { group } = suite
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const { message } = blind(suite, 'voprf', [utf8('a'), utf8('b')], random)
  const request = encodeBlindRequest(suite, message)
  const response = encodeEvaluateResponse(suite, 'voprf', evaluateWithProof(suite, key, message, random))

  it('have their fixed lengths and survive a round trip', () => {
    expect(request).toHaveLength(2 + 2 * group.elementBytes)
    expect(response).toHaveLength(2 + 2 * group.elementBytes + 64)
    expect(toHex(encodeBlindRequest(suite, decodeBlindRequest(suite, request)))).toBe(toHex(request))
    const again = encodeEvaluateResponse(suite, 'voprf', decodeEvaluateResponse(suite, 'voprf', response))
    expect(toHex(again)).toBe(toHex(response))
  })

  it('are refused at every truncation and with a byte more', () => {
    for (let length = 0; length < request.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () => decodeBlindRequest(suite, request.subarray(0, length)))
    }
    for (let length = 0; length < response.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () =>
        decodeEvaluateResponse(suite, 'voprf', response.subarray(0, length)),
      )
    }
    expectCode('ERR_DECODE_TRAILING', () => decodeBlindRequest(suite, concat(request, Uint8Array.of(0))))
    expectCode('ERR_DECODE_TRAILING', () =>
      decodeEvaluateResponse(suite, 'voprf', concat(response, Uint8Array.of(0))),
    )
    expectCode('ERR_DECODE_TRAILING', () => decodeEvaluateResponse(suite, 'oprf', response))
  })

  it('are refused when empty', () => {
    expectCode('ERR_DECODE_LENGTH', () => decodeBlindRequest(suite, new Uint8Array(2)))
    expectCode('ERR_INPUT_LENGTH', () => encodeBlindRequest(suite, { blindedElements: [] }))
  })

  it.each(Object.entries(badElements[group.id] ?? {}))('refuse an element: %s', (_, element) => {
    expectCode('ERR_DECODE_ELEMENT', () => decodeBlindRequest(suite, concat(Uint8Array.of(0, 1), element)))
    const bytes = concat(Uint8Array.of(0, 1), element)
    expectCode('ERR_DECODE_ELEMENT', () => decodeEvaluateResponse(suite, 'oprf', bytes))
  })

  it('refuse unreduced scalars in either place of a proof', () => {
    const zero = new Uint8Array(32)
    decodeDleqProof(suite, concat(zero, zero))
    for (const scalar of badScalars[group.id] ?? []) {
      expectCode('ERR_DECODE_SCALAR', () => decodeDleqProof(suite, concat(scalar, zero)))
      expectCode('ERR_DECODE_SCALAR', () => decodeDleqProof(suite, concat(zero, scalar)))
    }
  })

  it('carry a proof in the verifiable mode and in no other', () => {
    const bare = evaluate(suite, key, message)
    expectCode('ERR_INPUT_RANGE', () => encodeEvaluateResponse(suite, 'voprf', bare))
    const proven = evaluateWithProof(suite, key, message, random)
    expectCode('ERR_INPUT_RANGE', () => encodeEvaluateResponse(suite, 'oprf', proven))
  })

  it('never decode to something that encodes differently, and never fail without a code', () => {
    const mutated = fc.tuple(fc.nat(request.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = request.slice()
      bytes[at] = byte
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), bytes => {
        let decoded: ReturnType<typeof decodeBlindRequest>
        try {
          decoded = decodeBlindRequest(suite, bytes)
        } catch (error) {
          return error instanceof MixunError && error.code.startsWith('ERR_DECODE_')
        }
        return toHex(encodeBlindRequest(suite, decoded)) === toHex(bytes)
      }),
      { numRuns: 200 },
    )
  })
})
