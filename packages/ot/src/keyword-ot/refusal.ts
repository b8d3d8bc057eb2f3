import { concat } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, text, uint, unixMs } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { type SigningKey, signFor, type Suite, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'

const PURPOSE = 'refusal-receipt'
const SIGNATURE_BYTES = 64

const refusalReceiptSchema = z.strictObject({
  version: z.literal(1),
  /** Id of the ledger that the intent is on. */
  ledger: binary(32),
  intentId: binary(1, 64),
  provider: partyId,
  inquirer: partyId,
  class: z.string().regex(/^[A-Z]$/),
  epoch: uint(),
  /** Stable error code. */
  code: text(64),
  /** By the provider's clock. */
  refusedAt: unixMs,
})

/**
 * The provider's word that it made no evaluation for this intent, class and epoch, and why. The counterpart of the
 * evaluation receipt: it shows nothing of the subject, and for some codes it gives the inquirer its points back.
 */
export type RefusalReceipt = z.infer<typeof refusalReceiptSchema>

/** The canonical encoding of a refusal receipt: what the provider signs. */
export const refusalReceiptCodec = recordCodec('refusal receipt', refusalReceiptSchema, 512)

/** A refusal receipt as it goes with the refusal of a session, and as an outcome entry holds it: bytes and signature. */
export interface SignedRefusal {
  readonly receipt: Uint8Array
  readonly receiptSignature: Uint8Array
}

/** @throws ERR_DECODE_SCHEMA */
export function signRefusal(signingKey: SigningKey, refusal: RefusalReceipt): SignedRefusal {
  const receipt = refusalReceiptCodec.encode(refusal)
  return { receipt, receiptSignature: signFor(signingKey, PURPOSE, receipt) }
}

/**
 * Checks a refusal with the provider's identity key alone. That it is of the right intent and provider is for the
 * caller to compare.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL
 */
export function verifyRefusalReceipt(
  suite: Suite,
  publicKey: Uint8Array,
  { receipt, receiptSignature }: SignedRefusal,
): RefusalReceipt {
  const decoded = refusalReceiptCodec.decode(receipt)
  verifyFor(suite, publicKey, PURPOSE, receipt, receiptSignature)
  return decoded
}

/** Receipt, then its 64-byte signature: the statement of a refused session. */
export function encodeSignedRefusal({ receipt, receiptSignature }: SignedRefusal): Uint8Array {
  return concat(receipt, receiptSignature)
}

/** Splits what {@link encodeSignedRefusal} made; checks nothing but the length. @throws ERR_DECODE_LENGTH */
export function decodeSignedRefusal(bytes: Uint8Array): SignedRefusal {
  const length = bytes.length - SIGNATURE_BYTES
  if (length < 1)
    fail('ERR_DECODE_LENGTH', `expected more than ${SIGNATURE_BYTES} bytes, found ${bytes.length}`)
  return { receipt: bytes.slice(0, length), receiptSignature: bytes.slice(length) }
}
