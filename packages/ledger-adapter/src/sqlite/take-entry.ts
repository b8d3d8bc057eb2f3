import { fail, MixunError } from '@mixun/core/errors'
import { verifyAppendReceipt } from '../ledger/append-receipt.ts'
import { checkRecordedClock } from '../ledger/clock.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import type { AdmittedEntry } from '../ledger/state.ts'
import type { LedgerFile } from './ledger-file.ts'
import { requireOwnBeacon } from './own-tree.ts'

/**
 * Verifies one entry as number `index` and adds it; inside {@link LedgerFile.write}. Skips one that another process
 * has added meanwhile.
 *
 * @returns whether it was added here
 * @throws ERR_LEDGER_RECEIPT when the sequencer did not sign for it, ERR_LEDGER_RULES when it should have refused it,
 * ERR_LEDGER_FORK when it holds a checkpoint of another tree
 */
export function takeEntry(file: LedgerFile, stored: StoredEntry, index: number): boolean {
  if (index < file.size) return false
  const { suite } = file.anchor
  const { entry, bytes, sequencedAt, receiptSignature } = stored
  const leafHash = entryLeafHash(suite, bytes)
  const receipt = { entryId: entry.id, index, leafHash, sequencedAt, signature: receiptSignature }
  try {
    verifyAppendReceipt(file.anchor, receipt)
  } catch (cause) {
    fail('ERR_LEDGER_RECEIPT', `expected entry ${index} with the sequencer's signature`, { cause })
  }
  file.insert(admit(file, stored, bytes, index), { index, bytes, sequencedAt, receiptSignature })
  return true
}

function admit(
  file: LedgerFile,
  { entry, sequencedAt }: StoredEntry,
  bytes: Uint8Array,
  index: number,
): AdmittedEntry {
  try {
    const admitted = file.state.admit(entry, bytes)
    checkRecordedClock(admitted.entry, entry.kind === 'sealed', sequencedAt, file.newestTime)
    requireOwnBeacon(file, admitted.entry, index)
    return admitted
  } catch (cause) {
    if (!(cause instanceof MixunError) || cause.code === 'ERR_LEDGER_FORK') throw cause
    return fail('ERR_LEDGER_RULES', `entry ${index} breaks a rule: ${cause.code}`, {
      details: { index, rule: cause.code, author: entry.kind === 'sealed' ? null : entry.author },
      cause,
    })
  }
}
