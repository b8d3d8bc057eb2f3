/**
 * What an inquirer shows instead of an intent's receipt while the ledger is out of reach: the receipt of an intent that it
 * bought in advance, and its signed fill-in. The fill-in is the entry `intent` that goes on the ledger later, without what
 * the purchase says already.
 */
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { queryPrice, type PointsRules } from '../points/rules.ts'
import type { LedgerAnchor } from './anchor.ts'
import { type BoughtReceipt, verifyBoughtReceipt } from './bought-receipt.ts'
import { readEntry, type SignedEntry, verifyEntry } from './entry.ts'
import { classesOf, classMask, type IntentReceipt, MAX_INTENT_RECEIPT_BYTES } from './intent-receipt.ts'
import { type IntentPayload, payloadCodecs } from './payloads.ts'

const VERSION = 3
const MAX_ELEMENT_BYTES = 33

/** A verified reference: the question as a receipt has it, and the entry that has to come on record. */
export interface BoughtReference {
  /** What was bought. */
  readonly purchase: BoughtReceipt
  /** Of the fill-in; index and leaf hash are those of the purchase. */
  readonly receipt: IntentReceipt
  readonly fillIn: SignedEntry
}

/** Whether a consent reference says that its intent was bought in advance. */
export function isBoughtReference(bytes: Uint8Array): boolean {
  return bytes[0] === VERSION
}

/** The intent that fills in a purchase, as far as that says. */
export function filledIn(
  bought: Pick<BoughtReceipt, 'intentId' | 'inquirer' | 'asked' | 'purpose'>,
  rules: PointsRules,
  rest: Pick<IntentPayload, 'classes' | 'basis' | 'element' | 'expiresAt' | 'versions'>,
): IntentPayload {
  const { intentId, inquirer, purpose } = bought
  const asked = bought.asked.filter(table => rest.classes.includes(table.class))
  const { classes, basis, element, expiresAt, versions } = rest
  const price = queryPrice(rules, asked)
  return {
    intentId,
    basis,
    inquirer,
    element,
    classes,
    asked,
    purpose: purpose as never,
    expiresAt,
    price,
    isBought: true,
    versions,
  }
}

/**
 * The reference as it goes into `hello.consentReference`.
 *
 * @param receipt signed, of the purchase
 */
export function encodeBoughtReference(receipt: Uint8Array, fillIn: SignedEntry): Uint8Array {
  const { payload } = readEntry(fillIn)
  const { basis, element, classes, expiresAt, versions } = payload as IntentPayload
  const writer = new Writer()
    .uint8(VERSION)
    .bytes16(receipt)
    .fixed(fillIn.id, 16)
    .uint64(fillIn.createdAt)
    .uint64(expiresAt)
    .fixed(basis, 32)
    .bytes16(element)
    .uint8(classMask(classes))
    .fixed(fillIn.signature, 64)
    .uint16(versions.length)
  for (const version of versions) writer.uint32(version)
  return writer.finish()
}

/**
 * Reads a reference and checks both signatures, that the fill-in stays within what was bought, and that it was used while
 * that lasted. Who presents it, which table it asks and the time are the caller's to check.
 *
 * @param keyOf the signing key of a member
 * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE, ERR_INTENT_FILL_IN
 */
export function verifyBoughtReference(
  anchor: LedgerAnchor,
  rules: PointsRules,
  keyOf: (partyId: string) => Uint8Array | undefined,
  bytes: Uint8Array,
): BoughtReference {
  const reference = readBoughtReference(anchor, rules, bytes)
  const { author } = reference.fillIn
  const publicKey = keyOf(author)
  if (publicKey === undefined) return fail('ERR_VERIFY_SIGNATURE', `${author} is no member`)
  verifyEntry(anchor, publicKey, reference.fillIn)
  return reference
}

/**
 * Reads a reference that was verified before: the inquirer may have another key since.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE of the purchase, ERR_INTENT_FILL_IN
 */
export function readBoughtReference(
  anchor: LedgerAnchor,
  rules: PointsRules,
  bytes: Uint8Array,
): BoughtReference {
  const reader = new Reader(bytes)
  const version = reader.uint8()
  if (version !== VERSION) fail('ERR_DECODE_SCHEMA', `expected version ${VERSION}, found ${version}`)
  const bought = verifyBoughtReceipt(anchor, reader.bytes16(MAX_INTENT_RECEIPT_BYTES))
  const id = Uint8Array.from(reader.fixed(16))
  const createdAt = reader.uint64()
  const expiresAt = reader.uint64()
  const basis = Uint8Array.from(reader.fixed(32))
  const element = Uint8Array.from(reader.bytes16(MAX_ELEMENT_BYTES))
  const classes = classesOf(reader.uint8())
  const signature = Uint8Array.from(reader.fixed(64))
  const versions = Array.from({ length: reader.uint16() }, () => reader.uint32())
  reader.end()
  const fits =
    classes.every(each => bought.classes.includes(each)) &&
    createdAt < expiresAt &&
    expiresAt <= bought.expiresAt
  if (!fits) fail('ERR_INTENT_FILL_IN', 'expected what was bought, used while it lasted')
  const payload = filledIn(bought, rules, { classes, basis, element, expiresAt, versions })
  const fillIn: SignedEntry = {
    id,
    kind: 'intent',
    author: bought.inquirer,
    createdAt,
    payload: payloadCodecs.intent.encode(payload),
    signature,
  }
  const receipt = { ...bought, element, classes, asked: payload.asked, expiresAt }
  return { purchase: bought, receipt, fillIn }
}
