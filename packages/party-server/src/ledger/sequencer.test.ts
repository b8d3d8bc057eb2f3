import { fromHex } from '@mixun/core/bytes'
import { expectCode } from '@mixun/core/testing'
import {
  type Appended,
  appendReceiptCodec,
  signAppendReceipt,
  verifyAppendReceipt,
} from '@mixun/ledger-adapter/ledger'
import { Consortium } from '@mixun/sdk/consortium'
import { expect, it } from 'vitest'
import { TestConsortium } from '../testing/test-consortium.ts'

it('a receipt of the sequencer for what it did not record is found, and kept as evidence: ERR_LEDGER_RECEIPT', async () => {
  await using founded = await TestConsortium.found({ firms: { jia: null } })
  const consortium = Consortium.open(founded.firm('jia').home)
  const { signingKey } = founded.association.home.identity
  const { anchor } = consortium.registry
  try {
    const appended = await consortium.append('member-address', { partyId: 'jia', address: null })
    await consortium.sync()
    consortium.requireOnRecord(appended)
    const { signature: _, ...body } = appended.receipt
    for (const index of [body.index - 1, body.index + 7]) {
      const lie: Appended = {
        receipt: signAppendReceipt(anchor, signingKey, { ...body, index }),
        intentReceipt: null,
      }
      const error = expectCode('ERR_LEDGER_RECEIPT', () => consortium.requireOnRecord(lie))
      expect(error.details['index']).toBe(index)
      const kept = appendReceiptCodec.decode(fromHex(String(error.details['receipt'])))
      verifyAppendReceipt(anchor, kept)
    }
  } finally {
    await consortium.close()
  }
})
