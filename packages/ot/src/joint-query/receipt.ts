import { binary, partyId, recordCodec, uint, unixMs } from '@mixun/core/codec'
import { type SigningKey, signFor, type Suite, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'

const PURPOSE = 'joint-receipt'

const receiptSchema = z.strictObject({
  version: z.literal(1),
  /** Who answered: a provider, or the association for its comparison. */
  party: partyId,
  inquirer: partyId,
  intentId: binary(1, 64),
  /** `statementHash`. */
  statement: binary(32),
  sessionId: binary(32),
  /** Digest of the hello and of every message of the session, in both directions. */
  transcript: binary(32),
  /** `commitSeed` of the answering party's seed. */
  seedCommitment: binary(32),
  /** Version of the table; 0 from the association. */
  table: uint(),
  /** By the answering party's clock. */
  answeredAt: unixMs,
})

/**
 * A party's word that it holds its share of one query ready, and what was said in the session. It settles the price, an
 * audit runs the session again from it, and a ledger opens the total when it has those of all.
 */
export type JointReceipt = z.infer<typeof receiptSchema>

/** The canonical encoding of a receipt, at most 768 bytes: what is signed. */
export const jointReceiptCodec = recordCodec('joint receipt', receiptSchema, 768)

/** A receipt's bytes with their signature, 64 bytes. */
export interface SignedJointReceipt {
  readonly receipt: Uint8Array
  readonly signature: Uint8Array
}

/** @throws ERR_DECODE_SCHEMA */
export function signJointReceipt(signingKey: SigningKey, receipt: JointReceipt): SignedJointReceipt {
  const bytes = jointReceiptCodec.encode(receipt)
  return { receipt: bytes, signature: signFor(signingKey, PURPOSE, bytes) }
}

/**
 * Checks a receipt with the answering party's identity key alone. That it is of the right intent and statement is for
 * the caller to compare.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_…
 */
export function verifyJointReceipt(
  suite: Suite,
  publicKey: Uint8Array,
  { receipt, signature }: SignedJointReceipt,
): JointReceipt {
  const decoded = jointReceiptCodec.decode(receipt)
  verifyFor(suite, publicKey, PURPOSE, receipt, signature)
  return decoded
}
