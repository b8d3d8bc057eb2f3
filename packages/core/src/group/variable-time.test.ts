import { describe, expect, it } from 'vitest'
import { Sm2PrivateKey } from '../sm/index.ts'
import { smSuite } from '../suite/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { p256, requireConstantTime, ristretto255, ristretto255Reference, sm2, sm2Reference } from './index.ts'

describe('a private key', () => {
  it('never meets a variable-time reference without permission: ERR_KERNEL_VARIABLE_TIME', () => {
    for (const group of [p256, ristretto255Reference, sm2Reference]) {
      for (const options of [{}, { allowVariableTime: false }, { allowVariableTime: undefined }]) {
        expectCode('ERR_KERNEL_VARIABLE_TIME', () => requireConstantTime(group, options))
      }
      expect(() => requireConstantTime(group, { allowVariableTime: true })).not.toThrow()
    }
    for (const group of [ristretto255, sm2]) expect(() => requireConstantTime(group, {})).not.toThrow()
  })

  it('of SM2 is not made, read or signed with over the reference', () => {
    const random = seededRandom('variable time')
    const secret = Sm2PrivateKey.generate(sm2, random).exportSecret()
    const draws = { bytes: () => expect.unreachable('a key was drawn') }
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => Sm2PrivateKey.generate(sm2Reference, draws))
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => Sm2PrivateKey.decode(sm2Reference, secret))
    const suite = smSuite(sm2Reference)
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => suite.generateSigningKey(draws))
    expectCode('ERR_KERNEL_VARIABLE_TIME', () => suite.importSigningKey(secret))
    const key = Sm2PrivateKey.decode(sm2Reference, secret, { allowVariableTime: true })
    expect(key.exportSecret()).toEqual(secret)
  })
})
