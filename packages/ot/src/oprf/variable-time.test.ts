import { utf8 } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { ANY_ARITHMETIC } from '../testing/any-arithmetic.ts'
import {
  blind,
  decodeKeyPair,
  deriveKeyPair,
  encodeSecretKey,
  evaluate,
  evaluateInput,
  evaluateWithProof,
  generateKeyPair,
  oprfP256Sha256 as suite,
} from './index.ts'

describe('P-256, of which there is a variable-time reference only', () => {
  const random = seededRandom('variable time')
  const key = generateKeyPair(suite, random, ANY_ARITHMETIC)
  const draws = { bytes: () => expect.unreachable('a key was drawn') }

  it('makes no key without permission: ERR_KERNEL_VARIABLE_TIME', () => {
    const secret = encodeSecretKey(suite, key)
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => generateKeyPair(suite, draws))
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => decodeKeyPair(suite, secret))
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => deriveKeyPair(suite, 'voprf', secret, utf8('')))
    expect(encodeSecretKey(suite, decodeKeyPair(suite, secret, ANY_ARITHMETIC))).toEqual(secret)
  })

  it('evaluates under no key that does not carry it', () => {
    const { secretKey, publicKey } = key
    const { message } = blind(suite, 'voprf', [utf8('a')], random)
    for (const bare of [
      { secretKey, publicKey },
      { ...key, allowVariableTime: false },
    ]) {
      expectCode('ERR_KERNEL_VARIABLE_TIME', () => evaluate(suite, bare, message))
      expectCode('ERR_KERNEL_VARIABLE_TIME', () => evaluateWithProof(suite, bare, message, random))
    }
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => evaluateInput(suite, 'voprf', secretKey, utf8('a')))
    expect(evaluateWithProof(suite, key, message, random).evaluatedElements).toHaveLength(1)
  })

  it('blinds all the same: clients need no permission', () => {
    expect(blind(suite, 'oprf', [utf8('a')], random).message.blindedElements).toHaveLength(1)
  })
})
