import { MixunError } from '@mixun/core/errors'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import {
  type AppendReceipt,
  appendReceiptCodec,
  MAX_RECEIPT_GROUP,
  signAppendReceipt,
  signAppendReceipts,
  verifyAppendReceipt,
} from './append-receipt.ts'

const REFUSED = /^ERR_(VERIFY|DECODE)_/

function codeOf(action: () => void): string {
  try {
    action()
  } catch (error) {
    return error instanceof MixunError ? error.code : String(error)
  }
  return 'nothing was thrown'
}

describe.each([intl, sm])('receipts of suite $id', suite => {
  const consortium = new TestConsortium(['jia'], 'receipts', suite)
  const { anchor } = consortium
  const { signingKey } = consortium.association
  const bodies = Array.from({ length: 2 * MAX_RECEIPT_GROUP + 3 }, (_, i) => ({
    entryId: consortium.bytes(16),
    index: 100 + i,
    leafHash: consortium.bytes(32),
    sequencedAt: TEST_NOW + i,
  }))
  const receipts = signAppendReceipts(anchor, signingKey, bodies)

  test('hold each alone, also after a file', () => {
    expect(receipts.map(({ signature: _signature, ...body }) => body)).toEqual(bodies)
    for (const receipt of receipts) {
      verifyAppendReceipt(anchor, appendReceiptCodec.decode(appendReceiptCodec.encode(receipt)))
    }
  })

  test.each([1, 2, 3, 5, 15, 16])(
    'of a group of %i hold, and say nothing of another place or count',
    count => {
      const group = signAppendReceipts(anchor, signingKey, bodies.slice(0, count))
      for (const [i, receipt] of group.entries()) {
        verifyAppendReceipt(anchor, receipt)
        for (const [at, value] of [
          [0, i + 1],
          [1, count + 1],
          [1, 0],
          [1, 255],
        ] as const) {
          const signature = receipt.signature.with(at, value)
          expect(codeOf(() => verifyAppendReceipt(anchor, { ...receipt, signature }))).toMatch(REFUSED)
        }
      }
    },
  )

  test('are refused with any field, any byte of signature or path changed', () => {
    const receipt = receipts[5] as AppendReceipt
    verifyAppendReceipt(anchor, receipt)
    const changed: AppendReceipt[] = [
      { ...receipt, index: receipt.index + 1 },
      { ...receipt, sequencedAt: receipt.sequencedAt + 1 },
      { ...receipt, entryId: receipt.entryId.with(0, (receipt.entryId[0] as number) ^ 1) },
      { ...receipt, leafHash: receipt.leafHash.with(31, (receipt.leafHash[31] as number) ^ 1) },
      ...Array.from({ length: receipt.signature.length - 2 }, (_, i) => ({
        ...receipt,
        signature: receipt.signature.with(i + 2, (receipt.signature[i + 2] as number) ^ 1),
      })),
    ]
    for (const forged of changed) {
      expectCode('ERR_VERIFY_SIGNATURE', () => verifyAppendReceipt(anchor, forged))
    }
    verifyAppendReceipt(anchor, receipt)
  })

  test('are refused with a path that is cut or goes on', () => {
    const receipt = receipts[5] as AppendReceipt
    for (const length of [66, 66 + 32, 66 + 33, 66 + 3 * 32]) {
      const signature = receipt.signature.subarray(0, length)
      expect(codeOf(() => verifyAppendReceipt(anchor, { ...receipt, signature }))).toMatch(REFUSED)
    }
    const longer = new Uint8Array(receipt.signature.length + 32)
    longer.set(receipt.signature)
    expectCode('ERR_VERIFY_ROOT', () => verifyAppendReceipt(anchor, { ...receipt, signature: longer }))
  })

  test('cost one verification a group, under the key of their own ledger', () => {
    const other = new TestConsortium(['jia'], 'another', suite)
    const stranger = other.identity('jia').signingKey
    const forged = signAppendReceipts(anchor, stranger, bodies.slice(0, 4))
    verifyAppendReceipt(anchor, signAppendReceipt(anchor, signingKey, bodies[0] as AppendReceipt))
    for (const receipt of forged) {
      expectCode('ERR_VERIFY_SIGNATURE', () => verifyAppendReceipt(anchor, receipt))
    }
    let verifications = 0
    const counting = {
      ...anchor,
      suite: {
        ...suite,
        verify: (...each: Parameters<typeof suite.verify>) => (verifications++, suite.verify(...each)),
      },
    }
    for (const receipt of receipts) verifyAppendReceipt(counting, receipt)
    expect(verifications).toBe(3)
  })
})
