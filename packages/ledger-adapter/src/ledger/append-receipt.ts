import { concat } from '@mixun/core/bytes'
import { binary, recordCodec, uint, unixMs } from '@mixun/core/codec'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'
import type { LedgerAnchor } from './anchor.ts'
import { ledgerId } from './ledger-id.ts'

const SIGNATURE_PURPOSE = 'append-receipt'

const bodyFields = {
  entryId: binary(16),
  index: uint(),
  leafHash: binary(32),
  /** Unix milliseconds, by the sequencer's clock. */
  sequencedAt: unixMs,
}
const bodyCodec = recordCodec('append receipt body', z.strictObject(bodyFields), 256)
const receiptSchema = z.strictObject({ ...bodyFields, signature: binary(64) })

/** The sequencer's promise: this entry is durable and has this index. */
export type AppendReceipt = z.infer<typeof receiptSchema>

/** The canonical encoding of an append receipt, for files and evidence. */
export const appendReceiptCodec = recordCodec('append receipt', receiptSchema, 384)

/** Signs as the sequencer of this ledger. */
export function signAppendReceipt(
  anchor: LedgerAnchor,
  key: SigningKey,
  body: Omit<AppendReceipt, 'signature'>,
): AppendReceipt {
  return {
    ...body,
    signature: signFor(key, SIGNATURE_PURPOSE, concat(ledgerId(anchor), bodyCodec.encode(body))),
  }
}

/** Checks that the sequencer of this ledger signed. @throws ERR_VERIFY_SIGNATURE */
export function verifyAppendReceipt(anchor: LedgerAnchor, receipt: AppendReceipt): void {
  const { signature, ...body } = receipt
  const signed = concat(ledgerId(anchor), bodyCodec.encode(body))
  verifyFor(anchor.suite, anchor.association.publicKey, SIGNATURE_PURPOSE, signed, signature)
}
