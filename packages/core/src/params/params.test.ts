import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import { defineParameters, requireSecure } from './index.ts'

const real = { id: 'sample_n1024_classical128', securityLevel: 'classical128', source: 'RFC 9497' } as const
const toy = { id: 'insecure_sample_n16', securityLevel: 'unchecked', source: 'tests' } as const

describe('parameter sets', () => {
  it('are frozen copies', () => {
    const literal: { id: string; securityLevel: 'classical128'; source: string } = { ...real }
    const parameters = defineParameters(literal)
    literal.id = 'changed'
    expect(parameters).toEqual(real)
    expect(Object.isFrozen(parameters)).toBe(true)
  })

  it('are named insecure if and only if nobody estimated them', () => {
    expect(defineParameters(toy).id).toBe('insecure_sample_n16')
    expectCode('ERR_PARAMETER_INSECURE', () => defineParameters({ ...toy, id: 'sample_n16' }))
    expectCode('ERR_PARAMETER_INSECURE', () => defineParameters({ ...real, id: 'insecure_sample' }))
  })

  it('made for tests are refused where real data flow', () => {
    requireSecure(defineParameters(real))
    expectCode('ERR_PARAMETER_INSECURE', () => requireSecure(defineParameters(toy)))
  })
})
