import { type DefaultRecord, unpackRecords } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { toHex, wipe } from '@mixun/core/bytes'
import { openSubject, rowEvidenceCodec, type TableRows, type TableCommitment } from '@mixun/ot/sealed-table'
import type { PartyEvidence } from './answer.ts'
import type { PartyReply } from './ask.ts'
import type { MissingParty } from './verdict.ts'

/** What one party's reply says once its table is opened. */
type ReadReply =
  | { readonly records: readonly DefaultRecord[]; readonly evidence: PartyEvidence }
  | { readonly missing: MissingParty }

/** The records in the rows of a subject. @throws ERR_VERIFY_OPEN, and nothing else, for what a provider may not seal */
export function readRecords(
  { provider, class: className }: Pick<TableCommitment, 'provider' | 'class'>,
  payloads: readonly Uint8Array[],
): DefaultRecord[] {
  const records = payloads.length === 0 ? [] : unpack(payloads)
  for (const record of records) {
    if (record.reporter !== provider || record.class !== className) {
      fail('ERR_VERIFY_OPEN', 'expected records of the provider and the class of the table')
    }
  }
  return records
}

function unpack(payloads: readonly Uint8Array[]): DefaultRecord[] {
  try {
    return unpackRecords(payloads)
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_VERIFY_OPEN', 'expected rows that hold records', { cause })
  }
}

/**
 * Opens the subject's rows in the party's sealed table. Called only after the outcome entry is on the ledger, so that
 * nothing on record depends on what a row holds.
 *
 * @param synced the table, or the error that kept it away; not awaited when there is nothing to open with
 */
export async function readReply(
  suite: Suite,
  reply: PartyReply,
  synced: Promise<TableRows | MixunError>,
): Promise<ReadReply> {
  const { commitment, output, result } = reply
  const missing = (code: string): ReadReply => ({
    missing: { party: commitment.provider, class: commitment.class, code },
  })
  if (output === null) return missing(result.code ?? 'ERR_INTERNAL')
  const table = await synced
  try {
    if (table instanceof MixunError) return missing(table.code)
    const opened = openSubject(table, { suite, commitment, output })
    for (const rowKey of opened.rowKeys) if (rowKey !== null) wipe(rowKey)
    const records = readRecords(commitment, opened.payloads)
    const evidence: PartyEvidence = {
      party: commitment.provider,
      class: commitment.class,
      epoch: commitment.epoch,
      version: commitment.version,
      root: toHex(commitment.root),
      receipt: toHex(result.receipt as Uint8Array),
      receiptSignature: toHex(result.receiptSignature as Uint8Array),
      rows: opened.evidence.map(row => toHex(rowEvidenceCodec.encode(row))),
    }
    return { records, evidence }
  } catch (error) {
    if (error instanceof MixunError) return missing(error.code)
    throw error
  } finally {
    wipe(output)
  }
}
