import { concat, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { evaluateInput, generateKeyPair, type OprfKeyPair, oprfRistretto255Sha512 } from '../oprf/index.ts'
import { ANY_ARITHMETIC } from './any-arithmetic.ts'
import {
  type BuildTableOptions,
  type BuiltTable,
  buildTable,
  SealedTable,
  sealedTableParametersById,
  type TableCommitment,
  type TableEntry,
} from '../sealed-table/index.ts'
import { proveKeyPossession } from '../sealed-table/commitment.ts'
import { joinRow } from '../sealed-table/row.ts'
import { rowAssociatedData, rowKey, rowTag, subjectKey } from '../sealed-table/key-schedule.ts'

/** A small table of class B of one firm, and what it was built from. For tests. */
export const testTableId = { provider: 'cinda', class: 'B', epoch: 7 }
export const testTableKey: OprfKeyPair = generateKeyPair(
  oprfRistretto255Sha512,
  seededRandom('table key'),
  ANY_ARITHMETIC,
)

/** Five subjects with one row, one with two: seven rows in a table of 64. */
export const testEntries: readonly TableEntry[] = [
  ...[1, 2, 3, 4, 5].map(i => ({ input: utf8(`subject ${i}`), payloads: [utf8(`record of ${i}`)] })),
  { input: utf8('subject 6'), payloads: [new Uint8Array(510).fill(6), utf8('second row')] },
]

export function buildTestTable(changes: Partial<BuildTableOptions> = {}): BuiltTable {
  return buildTable({
    id: testTableId,
    suite: intl,
    oprf: oprfRistretto255Sha512,
    parameters: sealedTableParametersById('sealedtable_r512_c2'),
    key: testTableKey,
    entries: testEntries,
    random: seededRandom('table'),
    ...changes,
  })
}

/** y of a subject under the test key. */
export function testOutput(input: string, key: OprfKeyPair = testTableKey): Uint8Array {
  return evaluateInput(oprfRistretto255Sha512, 'voprf', key.secretKey, utf8(input))
}

/** Row `row` of the subject with output `output`, sealed around any plaintext: what a faulty provider may publish. */
export function rawRow(output: Uint8Array, row: number, plaintext: Uint8Array): Uint8Array {
  const publicKey = oprfRistretto255Sha512.group.encodeElement(testTableKey.publicKey)
  const scope = { ...testTableId, publicKey }
  const prk = subjectKey(intl, scope, output)
  const tag = rowTag(intl, prk, row)
  const salt = new Uint8Array(16).fill(row + 1)
  const associatedData = rowAssociatedData(scope, { version: 0, tag, salt })
  const key = rowKey(intl, prk, row, salt)
  return joinRow({
    tag,
    version: 0,
    salt,
    ciphertext: intl.seal(key, new Uint8Array(12), plaintext, associatedData),
  })
}

/** A committed table in which some rows are replaced by others. */
export function forgeTable(built: BuiltTable, replaceBy: readonly Uint8Array[]): BuiltTable {
  const rows = Array.from({ length: built.table.rowCount - replaceBy.length }, (_, i) => {
    return joinRow(built.table.row(i))
  })
  const sorted = [...rows, ...replaceBy].sort(Buffer.compare)
  const table = new SealedTable(intl, built.table.parameters, concat(...sorted))
  return { ...built, table, commitment: recommit({ ...built.commitment, root: table.root }) }
}

/** Proves the possession of the test key again, for a changed commitment. */
export function recommit(commitment: TableCommitment): TableCommitment {
  const { keyProof: _, ...statement } = commitment
  return proveKeyPossession(statement, testTableKey, seededRandom('recommit'))
}
