import { readFileSync } from 'node:fs'
import { fromHex, toHex } from '@mixun/core/bytes'
import { describe, expect, it } from 'vitest'
import { fixedScalars } from '../testing/fixed-scalars.ts'
import type { VectorSet } from '../testing/second-oprf/vectors.ts'
import { blind, finalize } from './client.ts'
import {
  decodeBlindRequest,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeDleqProof,
  encodeEvaluateResponse,
} from './codec.ts'
import { deriveKeyPair, encodePublicKey, encodeSecretKey } from './keys.ts'
import { evaluateInput } from './output.ts'
import { type OprfMode, oprfSuites } from './params.ts'
import { evaluate, evaluateWithProof } from './server.ts'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'

const sets = ['rfc9497-oprf', 'oprf-sm2-sm3'].flatMap(
  name =>
    JSON.parse(
      readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'),
    ) as readonly VectorSet[],
)
const list = (hex: string) => hex.split(',').map(fromHex)
const join = (bytes: readonly Uint8Array[]) => bytes.map(toHex).join(',')

it('holds two modes of three suites, fifteen vectors in all', () => {
  expect(sets.map(set => `${set.identifier} ${set.mode}`).toSorted()).toEqual([
    'P256-SHA256 0',
    'P256-SHA256 1',
    'SM2-SM3 0',
    'SM2-SM3 1',
    'ristretto255-SHA512 0',
    'ristretto255-SHA512 1',
  ])
  expect(sets.flatMap(set => set.vectors)).toHaveLength(15)
})

describe.each(sets)('vectors of $identifier, mode $mode', set => {
  const suite = oprfSuites.find(candidate => candidate.identifier === set.identifier)
  if (suite === undefined) throw new Error(`no suite ${set.identifier}`)
  const mode: OprfMode = set.mode === 0 ? 'oprf' : 'voprf'
  const key = deriveKeyPair(suite, mode, fromHex(set.seed), fromHex(set.keyInfo), ANY_ARITHMETIC)

  it('DeriveKeyPair', () => {
    expect(toHex(encodeSecretKey(suite, key))).toBe(set.skSm)
    const publicKey = toHex(encodePublicKey(suite, key.publicKey))
    // The base mode publishes no public key.
    expect(publicKey).toBe(set.pkSm ?? publicKey)
  })

  it.each(set.vectors)('Blind, BlindEvaluate, Finalize, Evaluate: input $Input', vector => {
    const inputs = list(vector.Input)
    const blinded = blind(suite, mode, inputs, fixedScalars(suite, list(vector.Blind)))
    const elements = (message: typeof blinded.message) =>
      join(message.blindedElements.map(suite.group.encodeElement))
    expect(elements(blinded.message)).toBe(vector.BlindedElement)
    const request = decodeBlindRequest(suite, encodeBlindRequest(suite, blinded.message))
    expect(elements(request)).toBe(vector.BlindedElement)

    const response =
      vector.Proof === undefined
        ? evaluate(suite, key, request)
        : evaluateWithProof(suite, key, request, fixedScalars(suite, [fromHex(vector.Proof.r)]))
    expect(join(response.evaluatedElements.map(suite.group.encodeElement))).toBe(vector.EvaluationElement)
    const proof = response.proof && toHex(encodeDleqProof(suite, response.proof))
    expect(proof).toBe(vector.Proof?.proof ?? null)

    const received = decodeEvaluateResponse(suite, mode, encodeEvaluateResponse(suite, mode, response))
    expect(join(finalize(suite, blinded.state, received, key.publicKey))).toBe(vector.Output)
    expect(join(inputs.map(input => evaluateInput(suite, mode, key.secretKey, input, ANY_ARITHMETIC)))).toBe(
      vector.Output,
    )
  })
})
