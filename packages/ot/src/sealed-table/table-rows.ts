import type { Suite } from '@mixun/core/suite'
import type { TableStatement } from './commitment.ts'
import type { SealedRow } from './row.ts'

/** A checked table as whoever looks for rows needs it: whole in memory, or a block at a time from a file. */
export interface TableRows {
  readonly suite: Suite
  /** Rows with their padding. */
  readonly rowCount: number
  /** @throws ERR_VERIFY_ROOT */
  checkRoot(commitment: TableStatement): void
  /** Copies row `index`. @throws ERR_INPUT_RANGE */
  row(index: number): SealedRow
  /** Where a tag stands, or where it would. @throws ERR_INPUT_LENGTH */
  find(tag: Uint8Array): { found: boolean; index: number }
  /** The inclusion proof of row `index`. @throws ERR_INPUT_RANGE */
  prove(index: number): Uint8Array[]
}
