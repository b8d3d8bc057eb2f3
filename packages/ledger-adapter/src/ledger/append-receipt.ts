import { binary, recordCodec, uint, unixMs } from '@mixun/core/codec'
import { type SigningKey, type Suite, signFor, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'

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

/** Signs a receipt as the sequencer, once the entry is durable. */
export function signAppendReceipt(key: SigningKey, body: Omit<AppendReceipt, 'signature'>): AppendReceipt {
  return { ...body, signature: signFor(key, SIGNATURE_PURPOSE, bodyCodec.encode(body)) }
}

/** @throws ERR_VERIFY_SIGNATURE */
export function verifyAppendReceipt(suite: Suite, sequencerKey: Uint8Array, receipt: AppendReceipt): void {
  const { signature, ...body } = receipt
  verifyFor(suite, sequencerKey, SIGNATURE_PURPOSE, bodyCodec.encode(body), signature)
}
