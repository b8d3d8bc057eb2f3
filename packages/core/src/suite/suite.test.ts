import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { suiteCompliance } from '../testing/suite-compliance.ts'
import { intl, SUITE_IDS, sm, suiteById } from './index.ts'

suiteCompliance(intl)
suiteCompliance(sm)

describe('suites', () => {
  it('are found by id, and by no other', () => {
    expect(SUITE_IDS.map(suiteById)).toEqual([intl, sm])
    for (const id of ['', 'sm2', 'SM', 'intl ']) expectCode('ERR_PARAMETER_UNKNOWN', () => suiteById(id))
  })

  it('refuse keys and signatures of one another', () => {
    const message = utf8('message')
    for (const [own, foreign] of [
      [intl, sm],
      [sm, intl],
    ] as const) {
      const key = foreign.generateSigningKey(seededRandom('foreign'))
      const signature = key.sign(message)
      expectCode('ERR_VERIFY_SIGNATURE', () => own.verify(key.publicKey, message, signature))
      const ours = own.generateSigningKey(seededRandom('own'))
      expectCode('ERR_VERIFY_SIGNATURE', () => own.verify(ours.publicKey, message, signature))
    }
  })
})
