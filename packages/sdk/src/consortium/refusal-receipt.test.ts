import { intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { type LedgerAnchor, ledgerId, type ReceiptContext } from '@mixun/ledger-adapter/ledger'
import { type RefusalReceipt, refusalReceiptCodec, signRefusal } from '@mixun/ot/keyword-ot'
import { describe, expect, it } from 'vitest'
import { ledgerVerifiers } from './verifiers.ts'

describe.each([intl, sm])('a signed refusal in suite $id', suite => {
  const random = seededRandom('refusal')
  const [yi, bing, association] = [0, 1, 2].map(() => suite.generateSigningKey(random)) as [
    ReturnType<typeof suite.generateSigningKey>,
    ReturnType<typeof suite.generateSigningKey>,
    ReturnType<typeof suite.generateSigningKey>,
  ]
  const anchor = (origin: string): LedgerAnchor => ({
    origin,
    suite,
    association: { partyId: 'xiehui', publicKey: association.publicKey },
  })
  const refusal: RefusalReceipt = {
    version: 1,
    ledger: ledgerId(anchor('ledger.example/mixun')),
    intentId: random.bytes(16),
    provider: 'yi',
    inquirer: 'jia',
    class: 'B',
    epoch: 3,
    code: 'ERR_EPOCH_STALE',
    refusedAt: 1_790_000_000_000,
  }
  const contextOf = (signed: ReturnType<typeof signRefusal>) =>
    ({
      ledger: refusal.ledger,
      intent: { intentId: refusal.intentId, inquirer: 'jia' },
      result: { provider: 'yi', class: 'B', code: 'ERR_EPOCH_STALE' },
      table: { epoch: 3 },
      providerKey: yi.publicKey,
      ...signed,
    }) as unknown as ReceiptContext
  const { verifyRefusalReceipt } = ledgerVerifiers(suite)
  const verify = (signed: ReturnType<typeof signRefusal>) => verifyRefusalReceipt(contextOf(signed))

  it('is taken for its intent, table and code', () => {
    expect(() => verify(signRefusal(yi, refusal))).not.toThrow()
  })

  it('means nothing on another ledger, for another intent, party, class, epoch or code', () => {
    const changes: Partial<RefusalReceipt>[] = [
      { ledger: ledgerId(anchor('other.example/mixun')) },
      { intentId: random.bytes(16) },
      { provider: 'bing' },
      { inquirer: 'bing' },
      { class: 'C' },
      { epoch: 4 },
      { code: 'ERR_INTERNAL' },
    ]
    for (const change of changes) {
      expectCode('ERR_VERIFY_SIGNATURE', () => verify(signRefusal(yi, { ...refusal, ...change })))
    }
  })

  it('is taken from its provider only, unchanged', () => {
    expectCode('ERR_VERIFY_SIGNATURE', () => verify(signRefusal(bing, refusal)))
    const { receiptSignature } = signRefusal(yi, { ...refusal, code: 'ERR_RECEIPT_FOREIGN' })
    const receipt = refusalReceiptCodec.encode(refusal)
    expectCode('ERR_VERIFY_SIGNATURE', () => verify({ receipt, receiptSignature }))
    expectCode('ERR_DECODE_TRAILING', () =>
      verify({ receipt: Uint8Array.of(...receipt, 0), receiptSignature }),
    )
  })
})
