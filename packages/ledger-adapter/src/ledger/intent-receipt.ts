import { compareBytes, concat, fromUtf8, toHex, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import type { LedgerAnchor } from './anchor.ts'
import { ledgerId } from './ledger-id.ts'
import type { IntentPayload } from './payloads.ts'
import { askedKey, isStrictlyAscending, type TableName } from './payloads/fields.ts'

/** Largest intent receipt: it has to fit the consent reference of a hello. */
export const MAX_INTENT_RECEIPT_BYTES = 8_192

const SIGNATURE_PURPOSE = 'intent-receipt'
const VERSION = 1
const SIGNATURE_BYTES = 64
const CLASSES = ['A', 'B', 'C'] as const
/** Class of records. */
export type Class = (typeof CLASSES)[number]

/**
 * The sequencer's word that an intent is on record: what a provider checks before it evaluates. 140 providers with two
 * classes each fit {@link MAX_INTENT_RECEIPT_BYTES}; so a provider learns whom else the inquirer asks, as it does from
 * the intent itself.
 */
export interface IntentReceipt {
  readonly intentId: Uint8Array
  readonly inquirer: string
  /** T of the intent, in its encoding. */
  readonly element: Uint8Array
  readonly classes: readonly Class[]
  readonly asked: readonly TableName[]
  readonly purpose: string
  /** Unix milliseconds; the receipt is void after it. */
  readonly expiresAt: number
  readonly entryId: Uint8Array
  readonly index: number
  readonly leafHash: Uint8Array
  readonly sequencedAt: number
}

/** The signed receipt as it goes into `hello.consentReference`. */
export function signIntentReceipt(anchor: LedgerAnchor, key: SigningKey, receipt: IntentReceipt): Uint8Array {
  const body = encodeBody(receipt)
  const signature = signFor(key, SIGNATURE_PURPOSE, concat(ledgerId(anchor), body))
  return new Writer().raw(body).fixed(signature, SIGNATURE_BYTES).finish()
}

/**
 * Reads a receipt and checks the signature of this ledger's sequencer. Inquirer, table, element and expiry are the caller's to check.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_VERIFY_SIGNATURE
 */
export function verifyIntentReceipt(anchor: LedgerAnchor, bytes: Uint8Array): IntentReceipt {
  if (bytes.length > MAX_INTENT_RECEIPT_BYTES || bytes.length < SIGNATURE_BYTES) {
    fail('ERR_DECODE_LENGTH', `expected an intent receipt of at most ${MAX_INTENT_RECEIPT_BYTES} bytes`)
  }
  const body = bytes.subarray(0, bytes.length - SIGNATURE_BYTES)
  const { suite, association } = anchor
  const signature = bytes.subarray(body.length)
  verifyFor(suite, association.publicKey, SIGNATURE_PURPOSE, concat(ledgerId(anchor), body), signature)
  return decodeBody(body)
}

/** Receipts whose signature was verified that are remembered: those of some minutes. */
const REMEMBERED_RECEIPTS = 4_096

/** Receipts that were verified, so that one that comes with several questions costs one verification. */
export class VerifiedIntentReceipts {
  readonly #anchor: LedgerAnchor
  /** By digest; the oldest first. */
  readonly #known = new Map<string, IntentReceipt>()

  constructor(anchor: LedgerAnchor) {
    this.#anchor = anchor
  }

  /** {@link verifyIntentReceipt}. The receipt is shared and not to be written to. @throws as it */
  verify(bytes: Uint8Array): IntentReceipt {
    const digest = toHex(this.#anchor.suite.hash(bytes))
    const known = this.#known.get(digest)
    if (known !== undefined) return known
    const receipt = verifyIntentReceipt(this.#anchor, bytes)
    const oldest = this.#known.size < REMEMBERED_RECEIPTS ? undefined : this.#known.keys().next().value
    if (oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(digest, receipt)
    return receipt
  }
}

/** What a receipt says that was verified before, when it was put away. @throws ERR_DECODE_… */
export function decodeIntentReceipt(bytes: Uint8Array): IntentReceipt {
  if (bytes.length < SIGNATURE_BYTES) fail('ERR_DECODE_LENGTH', 'expected an intent receipt')
  return decodeBody(bytes.subarray(0, bytes.length - SIGNATURE_BYTES))
}

/** Tables are grouped by provider: 7 bytes and the party id a provider, 4 bytes a class. */
export function encodeBody(receipt: IntentReceipt, version = VERSION): Uint8Array {
  const byProvider = Map.groupBy(receipt.asked, table => table.provider)
  const writer = new Writer()
    .uint8(version)
    .fixed(receipt.intentId, 16)
    .fixed(receipt.entryId, 16)
    .uint64(receipt.index)
    .fixed(receipt.leafHash, 32)
    .uint64(receipt.sequencedAt)
    .uint64(receipt.expiresAt)
    .bytes16(utf8(receipt.inquirer))
    .bytes16(utf8(receipt.purpose))
    .bytes16(receipt.element)
    .uint8(classMask(receipt.classes))
    .uint16(byProvider.size)
  for (const [provider, tables] of byProvider) {
    writer.bytes16(utf8(provider)).uint8(classMask(tables.map(table => table.class)))
    for (const table of tables) writer.uint32(table.epoch)
  }
  return writer.finish()
}

/** @throws ERR_DECODE_… */
export function decodeBody(body: Uint8Array, expected = VERSION): IntentReceipt {
  const reader = new Reader(body)
  const version = reader.uint8()
  if (version !== expected) fail('ERR_DECODE_SCHEMA', `expected version ${expected}, found ${version}`)
  const intentId = Uint8Array.from(reader.fixed(16))
  const entryId = Uint8Array.from(reader.fixed(16))
  const index = reader.uint64()
  const leafHash = Uint8Array.from(reader.fixed(32))
  const sequencedAt = reader.uint64()
  const expiresAt = reader.uint64()
  const inquirer = fromUtf8(reader.bytes16(32))
  const purpose = fromUtf8(reader.bytes16(256))
  const element = Uint8Array.from(reader.bytes16(33))
  const classes = classesOf(reader.uint8())
  const asked: TableName[] = []
  for (let providers = reader.uint16(); providers > 0; providers--) {
    const provider = fromUtf8(reader.bytes16(32))
    for (const recordClass of classesOf(reader.uint8())) {
      asked.push({ provider, class: recordClass, epoch: reader.uint32() })
    }
  }
  reader.end()
  if (!isStrictlyAscending(asked.map(askedKey))) {
    fail('ERR_DECODE_SCHEMA', 'expected the asked tables in ascending order')
  }
  return {
    intentId,
    inquirer,
    element,
    classes,
    asked,
    purpose,
    expiresAt,
    entryId,
    index,
    leafHash,
    sequencedAt,
  }
}

/** One bit a class, A the lowest. */
export function classMask(classes: readonly Class[]): number {
  return classes.reduce((mask, recordClass) => mask | (1 << CLASSES.indexOf(recordClass)), 0)
}

export function classesOf(mask: number): Class[] {
  if (mask < 1 || mask > 7) fail('ERR_DECODE_SCHEMA', `expected a set of classes, found ${mask}`)
  return CLASSES.filter((_, bit) => (mask & (1 << bit)) !== 0)
}

/**
 * The receipt that an append of this intent has to come with, once it says what the intent says.
 *
 * @throws ERR_LEDGER_RECEIPT
 */
export function requireIntentReceipt(
  anchor: LedgerAnchor,
  intent: IntentPayload,
  receipt: Uint8Array | null,
): Uint8Array {
  if (receipt === null) return fail('ERR_LEDGER_RECEIPT', 'expected a receipt of the intent')
  const signed = verifyIntentReceipt(anchor, receipt)
  const { intentId, inquirer, element, classes, asked, purpose, expiresAt } = intent
  const expected = encodeBody({ ...signed, intentId, inquirer, element, classes, asked, purpose, expiresAt })
  const fits = compareBytes(expected, encodeBody(signed)) === 0
  if (!fits) fail('ERR_LEDGER_RECEIPT', 'expected the intent receipt of the intent that was sent')
  return receipt
}
