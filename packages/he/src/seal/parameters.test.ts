import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { defineSealParameters, SEAL_PARAMETER_IDS, sealParameters } from './parameters.ts'

const INSECURE = 'insecure_bfv_n1024_logt17'

describe('SEAL parameter sets', () => {
  it('are named by scheme, ring dimension, plaintext size and level', () => {
    expect(SEAL_PARAMETER_IDS).toEqual([
      'bfv_n4096_logt20_classical128',
      'bfv_n8192_logt20_classical128',
      'bgv_n8192_logt20_classical128',
      'ckks_n8192_logscale40_classical128',
    ])
    for (const id of SEAL_PARAMETER_IDS) {
      const { scheme, ringDimension, plaintextModulus, scaleBits, securityLevel } = sealParameters(id)
      const size =
        plaintextModulus === null ? `logscale${scaleBits}` : `logt${plaintextModulus.toString(2).length}`
      expect(id).toBe(`${scheme}_n${ringDimension}_${size}_${securityLevel}`)
    }
  })

  it('have a plaintext modulus that is a prime and 1 modulo 2N, so that integers can be batched', () => {
    for (const id of [...SEAL_PARAMETER_IDS, INSECURE]) {
      const { plaintextModulus, ringDimension } = sealParameters(id, { allowInsecure: true })
      if (plaintextModulus === null) continue
      expect(isPrime(Number(plaintextModulus))).toBe(true)
      expect(Number(plaintextModulus) % (2 * ringDimension)).toBe(1)
    }
  })

  it('are frozen', () => {
    const parameters = sealParameters('bfv_n8192_logt20_classical128')
    expect(Object.isFrozen(parameters)).toBe(true)
    expect(Object.isFrozen(parameters.coefficientModulusBits)).toBe(true)
  })

  it('are refused when the id is unknown', () => {
    expectCode('ERR_PARAMETER_UNKNOWN', () => sealParameters('bfv_n8192_logt21_classical128'))
  })

  it('made for tests are refused unless asked for', () => {
    expectCode('ERR_PARAMETER_INSECURE', () => sealParameters(INSECURE))
    expect(sealParameters(INSECURE, { allowInsecure: true }).ringDimension).toBe(1024)
  })

  it('cannot claim 128 bits with more modulus bits than the table allows, or a ring it does not list', () => {
    const set = sealParameters('bfv_n8192_logt20_classical128')
    const larger = { ...set, coefficientModulusBits: [43, 43, 44, 44, 45] }
    expectCode('ERR_PARAMETER_INSECURE', () => defineSealParameters(larger))
    expectCode('ERR_PARAMETER_INSECURE', () => defineSealParameters({ ...set, ringDimension: 512 }))
  })
})

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false
  return value > 1
}
