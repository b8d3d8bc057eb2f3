import { compareBytes } from '@mixun/core/bytes'
import { fail, isErrorCode, type MixunError, mixunError } from '@mixun/core/errors'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { type AppendReceipt, verifyAppendReceipt } from '../ledger/append-receipt.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { verifyReceiptOf } from '../ledger/bought-receipt.ts'
import type { Appended } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import { entryCodec, type LedgerEntry } from '../ledger/ledger-entry.ts'
import type { LedgerRefusal } from './messages.ts'

/**
 * The receipts are signed by the sequencer and are of the entry that was sent. What an intent receipt says of the intent
 * is for who sealed it to compare: `requireIntentReceipt`.
 *
 * @throws ERR_LEDGER_RECEIPT
 */
export function checkAppended(anchor: LedgerAnchor, sent: LedgerEntry, appended: Appended): void {
  const { receipt, intentReceipt } = appended
  const leafHash = entryLeafHash(anchor.suite, entryCodec.encode(sent))
  if (compareBytes(receipt.entryId, sent.id) !== 0 || compareBytes(receipt.leafHash, leafHash) !== 0) {
    fail('ERR_LEDGER_RECEIPT', 'expected the receipt of the entry that was sent')
  }
  guardReceipt(() => verifyAppendReceipt(anchor, receipt))
  if (intentReceipt !== null && sent.kind !== 'sealed') {
    fail('ERR_LEDGER_RECEIPT', 'expected an intent receipt for an intent only')
  }
  if (intentReceipt !== null) checkIntentReceipt(anchor, sent, receipt, intentReceipt)
}

/** Entry number `index`, signed for by the sequencer. @throws ERR_LEDGER_RECEIPT */
export function checkStored(anchor: LedgerAnchor, stored: StoredEntry | undefined, index: number): void {
  if (stored?.index !== index)
    return fail('ERR_LEDGER_RECEIPT', `expected entry ${index}, found ${stored?.index}`)
  const { entry, bytes, sequencedAt, receiptSignature: signature } = stored
  const leafHash = entryLeafHash(anchor.suite, bytes)
  const receipt = { entryId: entry.id, index, leafHash, sequencedAt, signature }
  guardReceipt(() => verifyAppendReceipt(anchor, receipt))
}

/** The error that a refusal stands for; a code this build does not know becomes ERR_PEER_REFUSED. */
export function refusalError(party: string, { code, required, available }: LedgerRefusal): MixunError {
  if (!isErrorCode(code)) {
    return mixunError('ERR_PEER_REFUSED', `${party} refused`, { details: { party, peerCode: 'unknown' } })
  }
  const details = {
    party,
    ...(required === null ? {} : { required }),
    ...(available === null ? {} : { available }),
  }
  return mixunError(code, `${party} refused: ${code}`, { details })
}

function checkIntentReceipt(
  anchor: LedgerAnchor,
  sent: LedgerEntry,
  receipt: AppendReceipt,
  bytes: Uint8Array,
): void {
  const signed = guardReceipt(() => verifyReceiptOf(anchor, bytes))
  const fits =
    signed.index === receipt.index &&
    compareBytes(signed.entryId, sent.id) === 0 &&
    compareBytes(signed.leafHash, receipt.leafHash) === 0
  if (!fits) fail('ERR_LEDGER_RECEIPT', 'expected the intent receipt of the intent that was sent')
}

function guardReceipt<T>(verify: () => T): T {
  try {
    return verify()
  } catch (cause) {
    return fail('ERR_LEDGER_RECEIPT', "expected a receipt with the sequencer's signature", { cause })
  }
}
