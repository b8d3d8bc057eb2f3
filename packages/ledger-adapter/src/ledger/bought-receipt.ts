import { compareBytes, concat } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { Writer } from '@mixun/core/codec'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import type { LedgerAnchor } from './anchor.ts'
import {
  decodeBody,
  encodeBody,
  type IntentReceipt,
  MAX_INTENT_RECEIPT_BYTES,
  verifyIntentReceipt,
} from './intent-receipt.ts'
import { ledgerId } from './ledger-id.ts'
import type { IntentBoughtPayload } from './payloads.ts'

const SIGNATURE_PURPOSE = 'bought-intent-receipt'
const VERSION = 2
const SIGNATURE_BYTES = 64
const NO_ELEMENT = new Uint8Array(0)

/** The sequencer's word that an intent was bought in advance: an {@link IntentReceipt} without the element T. */
export type BoughtReceipt = Omit<IntentReceipt, 'element'>

/** Signs as the sequencer of this ledger. */
export function signBoughtReceipt(anchor: LedgerAnchor, key: SigningKey, receipt: BoughtReceipt): Uint8Array {
  const body = encodeBody({ ...receipt, element: NO_ELEMENT }, VERSION)
  const signature = signFor(key, SIGNATURE_PURPOSE, concat(ledgerId(anchor), body))
  return new Writer().raw(body).fixed(signature, SIGNATURE_BYTES).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_VERIFY_SIGNATURE */
export function verifyBoughtReceipt(anchor: LedgerAnchor, bytes: Uint8Array): BoughtReceipt {
  if (bytes.length > MAX_INTENT_RECEIPT_BYTES || bytes.length < SIGNATURE_BYTES) {
    fail('ERR_DECODE_LENGTH', `expected a receipt of at most ${MAX_INTENT_RECEIPT_BYTES} bytes`)
  }
  const body = bytes.subarray(0, bytes.length - SIGNATURE_BYTES)
  const { suite, association } = anchor
  const signature = bytes.subarray(body.length)
  verifyFor(suite, association.publicKey, SIGNATURE_PURPOSE, concat(ledgerId(anchor), body), signature)
  const { element, ...receipt } = decodeBody(body, VERSION)
  if (element.length > 0) fail('ERR_DECODE_SCHEMA', 'expected a receipt without an element')
  return receipt
}

/** The receipt of an intent or of a purchase, as its first byte says. @throws as the two */
export function verifyReceiptOf(anchor: LedgerAnchor, bytes: Uint8Array): BoughtReceipt {
  return bytes[0] === VERSION ? verifyBoughtReceipt(anchor, bytes) : verifyIntentReceipt(anchor, bytes)
}

/** The receipt that a purchase has to come with, once it says what the purchase says. @throws ERR_LEDGER_RECEIPT */
export function requireBoughtReceipt(
  anchor: LedgerAnchor,
  bought: IntentBoughtPayload,
  receipt: Uint8Array | null,
): Uint8Array {
  if (receipt === null) return fail('ERR_LEDGER_RECEIPT', 'expected a receipt of the purchase')
  const signed = { ...verifyBoughtReceipt(anchor, receipt), element: NO_ELEMENT }
  const { intentId, inquirer, classes, asked, purpose, expiresAt } = bought
  const expected = { ...signed, intentId, inquirer, classes, asked, purpose, expiresAt }
  if (compareBytes(encodeBody(expected), encodeBody(signed)) !== 0) {
    fail('ERR_LEDGER_RECEIPT', 'expected the receipt of the purchase that was sent')
  }
  return receipt
}
