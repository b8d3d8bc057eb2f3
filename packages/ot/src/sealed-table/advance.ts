import { compareBytes, concat, toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { BlockTable } from './block-table.ts'
import type { TableStatement } from './commitment.ts'
import type { TableDelta } from './delta.ts'
import { sealedRowBytes, TAG_BYTES } from './params.ts'
import { joinRow, type SealedRow } from './row.ts'
import { deltaShape } from './size-class.ts'
import { encodeHeader } from './table.ts'

/**
 * The encoded table after consecutive deltas, in pieces: one walk through the table, however many deltas there are. A row
 * takes its place by its tag; that every row is the right one is what the committed root says, and the caller checks
 * it before the pieces count.
 *
 * @param deltas to the version of `commitment`, in order
 * @throws ERR_VERIFY_DELTA unless each delta is of the next version and the shape of the table, ERR_VERIFY_ROOT
 */
export function* advanceTable(
  table: BlockTable,
  deltas: readonly TableDelta[],
  commitment: TableStatement,
): Generator<Uint8Array, void> {
  const changed = newestRows(deltas, commitment)
  const { parameters, suite } = table
  const rowBytes = sealedRowBytes(parameters, suite)
  yield encodeHeader(parameters, commitment.rowCount)
  let next = 0
  for (const block of table.blocks()) {
    const pieces: Uint8Array[] = []
    let from = 0
    for (let at = 0; at < block.length && next < changed.length; at += rowBytes) {
      const tag = block.subarray(at, at + TAG_BYTES)
      while (next < changed.length) {
        const row = changed[next] as SealedRow
        const order = compareBytes(row.tag, tag)
        if (order > 0) break
        pieces.push(block.subarray(from, at), joinRow(row))
        from = order === 0 ? at + rowBytes : at
        next++
      }
    }
    yield pieces.length === 0 ? block : concat(...pieces, block.subarray(from))
  }
  if (next < changed.length) yield concat(...changed.slice(next).map(joinRow))
}

/** What the deltas bring, each tag once and as it was sealed last, in the order of the tags. */
function newestRows(deltas: readonly TableDelta[], commitment: TableStatement): SealedRow[] {
  const { insertions: i, updates: u } = deltaShape(commitment.baseRowCount)
  const first = commitment.version - deltas.length + 1
  const rows = new Map<string, SealedRow>()
  for (const [n, { version, insertions, updates }] of deltas.entries()) {
    const brought = [...insertions, ...updates.map(({ row }) => row)]
    const isShaped = insertions.length === i && updates.length === u
    if (!isShaped || version !== first + n || brought.some(row => row.version !== version)) {
      fail('ERR_VERIFY_DELTA', `expected delta ${first + n} in the shape of this table`)
    }
    for (const row of brought) rows.set(toHex(row.tag), row)
  }
  return [...rows.values()].sort((a, b) => compareBytes(a.tag, b.tag))
}
