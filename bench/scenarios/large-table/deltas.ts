import { compareBytes, toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { suiteById } from '@mixun/core/suite'
import { evaluateInput, type OprfKeyPair, oprfSuiteById } from '@mixun/ot/oprf'
import {
  advanceTable,
  type BookRow,
  type BookRows,
  encodeDelta,
  IndexedTable,
  joinRow,
  makeIndexedDelta,
  openSubject,
  type SubjectChange,
  type TableCommitment,
  type TableDelta,
} from '@mixun/ot/sealed-table'
import {
  findTableRow,
  openTableFile,
  readRowIndex,
  scanRowIndex,
  TableFile,
  writeRowIndex,
} from '@mixun/ot/table-files'

/** A table that was built into a file, and what a provider has of it. */
export interface BuiltFile {
  readonly file: string
  readonly commitment: TableCommitment
  /** Of version 0. */
  readonly book: BookRows
  readonly key: OprfKeyPair
  readonly random: RandomSource
}

/** What deltas took, each as a process that releases one: index from its file, delta, index into its file. */
export interface DeltaOutcome {
  readonly indexMs: number
  readonly deltaMs: number[]
  readonly deltaCpuMs: number[]
  readonly deltaBytes: number[]
  readonly deferred: number
}

/** Makes deltas of the table, and checks that they lead to it. @param added a subject that the changes brought */
export async function makeDeltas(
  { file, commitment: first, book, key, random }: BuiltFile,
  changesOf: readonly (readonly SubjectChange[])[],
  added: Uint8Array,
): Promise<DeltaOutcome> {
  const suite = suiteById(first.suite)
  const indexFile = `${file}.index`
  const deltas: TableDelta[] = []
  const inserted = new Map<string, BookRow>()
  const readRow = (tag: Uint8Array, version: number) => {
    if (version === 0) return findTableRow(file, first, tag)
    const { insertions, updates } = deltas[version - 1] as TableDelta
    const rows = [...insertions, ...updates.map(({ row }) => row)]
    return joinRow(rows.find(row => compareBytes(row.tag, tag) === 0) ?? fail('ERR_INPUT_RANGE', 'no row'))
  }
  const from = performance.now()
  const scanned = scanRowIndex(file, first, 1)
  writeRowIndex(indexFile, new IndexedTable(scanned.index, readRow, scanned.root))
  const outcome = { indexMs: performance.now() - from, deltaMs: [], deltaCpuMs: [], deltaBytes: [] }
  const measured: DeltaOutcome = { ...outcome, deferred: 0 }
  let commitment = first
  let deferred = 0
  for (const changes of changesOf) {
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
    const stored = readRowIndex(indexFile, commitment, () => commitment.root)
    if (stored === null) throw new Error('expected the index that was written')
    const { index, root } = stored
    const later = index.insertedRows()
    const at = (row: number): BookRow =>
      inserted.get(toHex(index.tag(row))) ?? book.at(row - later.filter(each => each < row).length)
    const table = new IndexedTable(index, readRow, root)
    const made = makeIndexedDelta({ table, commitment, book: { at }, key, changes, random })
    const encoded = encodeDelta(made.delta)
    writeRowIndex(indexFile, table)
    const { user, system } = process.cpuUsage(cpu)
    measured.deltaMs.push(performance.now() - startedAt)
    measured.deltaCpuMs.push((user + system) / 1_000)
    measured.deltaBytes.push(encoded.length)
    for (const [i, row] of made.inserted.entries()) {
      inserted.set(toHex((made.delta.insertions[i] as { tag: Uint8Array }).tag), row)
    }
    deltas.push(made.delta)
    deferred += made.deferred.length
    commitment = made.commitment
  }
  using advanced = new TableFile(`${file}.advanced`)
  for (const piece of advanceTable(await openTableFile(file, first), deltas, commitment))
    advanced.write(piece)
  const output = evaluateInput(oprfSuiteById(first.oprf), 'voprf', key.secretKey, added)
  const table = await openTableFile(advanced.temporary, commitment)
  const found = openSubject(table, { suite, commitment, output }).payloads.length
  if (found !== 1) throw new Error('expected the inserted subject')
  return { ...measured, deferred }
}
