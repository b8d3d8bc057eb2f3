import { intl, signFor, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { evaluationReceiptCodec, type RefusalReceipt, signRefusal } from '@mixun/ot/keyword-ot'
import { describe, expect, it } from 'vitest'
import { verifyDoubleAnswer } from './double-answer.ts'

describe.each([intl, sm])('a provider that answers twice in suite $id', suite => {
  const random = seededRandom('double answer')
  const key = suite.generateSigningKey(random)
  const question = {
    intentId: random.bytes(16),
    provider: 'yi',
    inquirer: 'jia',
    class: 'B',
    epoch: 3,
    version: 1 as const,
  }
  const receipt = evaluationReceiptCodec.encode({
    ...question,
    sessionId: random.bytes(32),
    requestDigest: random.bytes(32),
    responseDigest: random.bytes(32),
    evaluatedAt: 1_790_000_000_000,
  })
  const evaluation = { receipt, receiptSignature: signFor(key, 'evaluation-receipt', receipt) }
  const refusalOf = (changes: Partial<RefusalReceipt> = {}) =>
    signRefusal(key, {
      ...question,
      ledger: random.bytes(32),
      code: 'ERR_INTERNAL',
      refusedAt: 1_790_000_000_001,
      ...changes,
    })
  const verify = (refusal = refusalOf()) => verifyDoubleAnswer(suite, key.publicKey, { evaluation, refusal })

  it('is convicted by its two signatures', () => {
    expect(() => verify()).not.toThrow()
  })

  it('is not convicted by receipts of two questions, or by a refusal that pays nothing back', () => {
    const changes: Partial<RefusalReceipt>[] = [
      { intentId: random.bytes(16) },
      { class: 'C' },
      { epoch: 4 },
      { provider: 'bing' },
      { code: 'ERR_DECODE_LENGTH' },
    ]
    for (const change of changes) expectCode('ERR_VERIFY_COMMITMENT', () => verify(refusalOf(change)))
  })

  it('is not convicted by what another signed', () => {
    const other = suite.generateSigningKey(random).publicKey
    const both = { evaluation, refusal: refusalOf() }
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyDoubleAnswer(suite, other, both))
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      verify({ ...both.refusal, receiptSignature: evaluation.receiptSignature }),
    )
  })
})
