import { concat } from '@mixun/core/bytes'
import { intl, signFor } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import type { LedgerAnchor } from './anchor.ts'
import { ledgerId } from './ledger-id.ts'
import {
  decodeIntentReceipt,
  type IntentReceipt,
  MAX_INTENT_RECEIPT_BYTES,
  signIntentReceipt,
  VerifiedIntentReceipts,
  verifyIntentReceipt,
} from './intent-receipt.ts'
import { MAX_ASKED_PROVIDERS } from './payloads/inquiries.ts'
import type { TableName } from './payloads/fields.ts'

const random = seededRandom('intent receipt')
const sequencer = intl.generateSigningKey(random)
const anchor: LedgerAnchor = {
  origin: 'ledger.example/receipts',
  suite: intl,
  association: { partyId: 'xiehui', publicKey: sequencer.publicKey },
}

/** `providers` party ids of the full 32 characters. */
function asked(providers: number, classes: readonly ('A' | 'B' | 'C')[]): TableName[] {
  return Array.from({ length: providers }, (_, i) => `firm-${String(i).padStart(27, '0')}`).flatMap(
    provider => classes.map((recordClass, i) => ({ provider, class: recordClass, epoch: 0xffff_ffff - i })),
  )
}

function receipt(tables: TableName[]): IntentReceipt {
  return {
    intentId: random.bytes(16),
    inquirer: 'i'.repeat(32),
    element: random.bytes(33),
    classes: ['A', 'C'],
    asked: tables,
    purpose: 'p'.repeat(64),
    expiresAt: 8_640_000_000_000_000,
    entryId: random.bytes(16),
    index: Number.MAX_SAFE_INTEGER,
    leafHash: random.bytes(32),
    sequencedAt: 1_700_000_000_000,
  }
}

describe('intent receipts', () => {
  test('140 firms with two classes each, and the largest intent there may be, fit a hello', () => {
    const industry = signIntentReceipt(anchor, sequencer, receipt(asked(140, ['B', 'C'])))
    expect(industry.length).toBeLessThanOrEqual(6_500)
    const largest = signIntentReceipt(anchor, sequencer, receipt(asked(MAX_ASKED_PROVIDERS, ['A', 'B', 'C'])))
    expect(largest.length).toBeLessThanOrEqual(MAX_INTENT_RECEIPT_BYTES)
    expect(verifyIntentReceipt(anchor, largest).asked).toHaveLength(480)
  })

  test('what was signed is what is read', () => {
    for (const tables of [asked(1, ['B']), asked(3, ['A', 'C']), asked(140, ['B', 'C'])]) {
      const value = receipt(tables)
      expect(verifyIntentReceipt(anchor, signIntentReceipt(anchor, sequencer, value))).toEqual(value)
    }
  })

  test('a byte changed anywhere, another key, or an append receipt does not verify', () => {
    const bytes = signIntentReceipt(anchor, sequencer, receipt(asked(2, ['B'])))
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.with(i, (bytes[i] as number) ^ 1)
      expectCode('ERR_VERIFY_SIGNATURE', () => verifyIntentReceipt(anchor, changed))
    }
    const { publicKey } = intl.generateSigningKey(random)
    const association = { partyId: 'xiehui', publicKey }
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyIntentReceipt({ ...anchor, association }, bytes))
  })

  test('bytes that are too short or too long are refused before the signature', () => {
    for (const length of [0, 63, MAX_INTENT_RECEIPT_BYTES + 1]) {
      const bytes = new Uint8Array(length)
      expectCode('ERR_DECODE_LENGTH', () => verifyIntentReceipt(anchor, bytes))
    }
  })

  test('even a signed receipt has to be well formed', () => {
    const value = receipt(asked(2, ['B']))
    const disordered = { ...value, asked: value.asked.toReversed() }
    expectCode('ERR_DECODE_SCHEMA', () =>
      verifyIntentReceipt(anchor, signIntentReceipt(anchor, sequencer, disordered)),
    )
    const body = signIntentReceipt(anchor, sequencer, value).slice(0, -64).with(0, 2)
    const newer = concat(body, signFor(sequencer, 'intent-receipt', concat(ledgerId(anchor), body)))
    expectCode('ERR_DECODE_SCHEMA', () => verifyIntentReceipt(anchor, newer))
    const classless = { ...value, classes: [] }
    expectCode('ERR_DECODE_SCHEMA', () =>
      verifyIntentReceipt(anchor, signIntentReceipt(anchor, sequencer, classless)),
    )
  })
})

test('a receipt that comes again is not verified again, and no other passes for it', () => {
  const bytes = signIntentReceipt(anchor, sequencer, receipt(asked(1, ['B'])))
  const receipts = new VerifiedIntentReceipts(anchor)
  const first = receipts.verify(bytes)
  expect(first).toEqual(verifyIntentReceipt(anchor, bytes))
  expect(receipts.verify(bytes.slice())).toBe(first)
  for (const at of [0, 60, bytes.length - 1]) {
    const other = bytes.with(at, (bytes[at] as number) ^ 1)
    expectCode('ERR_VERIFY_SIGNATURE', () => receipts.verify(other))
    expectCode('ERR_VERIFY_SIGNATURE', () => receipts.verify(other))
  }
  expect(decodeIntentReceipt(bytes)).toEqual(first)
  expectCode('ERR_DECODE_LENGTH', () => decodeIntentReceipt(bytes.subarray(0, 10)))
})
