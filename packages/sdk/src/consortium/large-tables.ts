import { setImmediate } from 'node:timers'
import {
  advanceTable,
  type BlockTable,
  sealedTableBytes,
  type TableCommitment,
  type TableDelta,
  type TableStatement,
} from '@mixun/ot/sealed-table'
import { openTableFile, TableFile, tableFileVersion } from '@mixun/ot/table-files'
import type { Consortium } from './consortium.ts'
import { downloadPieces } from './download.ts'
import { recordedVersion } from './verifiers.ts'

/** A table in a file at one of its versions. */
export interface LargeTable {
  readonly version: number
  readonly table: BlockTable
}

/** What is written in one go before others get the thread. */
const PIECES_AT_ONCE = 64

/** The table in a file at its own version. @throws ERR_VERIFY_ROOT unless it is one of those on the ledger, ERR_DECODE_… */
export async function openStored(
  file: string,
  commitment: TableCommitment,
  consortium: Consortium,
): Promise<LargeTable> {
  const version = tableFileVersion(file, commitment)
  return {
    version,
    table: await openTableFile(file, recordedVersion(consortium.registry, commitment, version)),
  }
}

/**
 * Downloads a table into its file, which is replaced only when the new one was checked whole.
 *
 * @param isNewest whether it takes the place of the file; if not it lives as long as it is used
 * @throws ERR_VERIFY_ROOT, ERR_DECODE_…, and what the download throws
 */
export async function fetchIntoFile(
  file: string,
  commitment: TableCommitment,
  consortium: Consortium,
  isNewest: () => boolean,
): Promise<LargeTable> {
  const { provider, class: className, epoch } = commitment
  using sink = temporaryOf(file, commitment)
  await downloadPieces(
    consortium,
    {
      protocol: 'table-sync',
      dataset: { provider, class: className, epoch },
      maxBytes: sealedTableBytes(commitment),
    },
    piece => sink.write(piece),
  )
  const fetched = await openStored(sink.temporary, commitment, consortium)
  if (isNewest()) sink.commit()
  return fetched
}

/**
 * Brings a table to a later version: one walk through its file, however many deltas.
 *
 * @param isNewest whether it takes the place of the file; if not it lives as long as it is used
 * @throws ERR_VERIFY_DELTA, ERR_VERIFY_ROOT unless this makes the committed table
 */
export async function advanceInFile(
  file: string,
  table: BlockTable,
  deltas: readonly TableDelta[],
  commitment: TableStatement,
  isNewest: boolean,
): Promise<BlockTable> {
  using sink = temporaryOf(file, commitment)
  let pieces = 0
  for (const piece of advanceTable(table, deltas, commitment)) {
    sink.write(piece)
    if (++pieces % PIECES_AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
  }
  const next = await openTableFile(sink.temporary, commitment)
  if (isNewest) sink.commit()
  return next
}

/** Of this process and version: two processes of one home may fetch the same table. */
function temporaryOf(file: string, { version }: TableStatement): TableFile {
  return new TableFile(file, { temporary: `${file}.${process.pid}.${version}.tmp` })
}
