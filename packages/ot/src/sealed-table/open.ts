import { compareBytes, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { checkSuite, type TableCommitment, type TableStatement } from './commitment.ts'
import { type LeafEvidence, type RowEvidence, verifyNone, verifyRow } from './evidence.ts'
import { rowKey, rowTag, subjectKey } from './key-schedule.ts'
import { type SealedTableParameters, sealedTableParametersById } from './params.ts'
import { unsealRow } from './row.ts'
import type { TableRows } from './table-rows.ts'

/** Whose rows are looked for. */
export interface LookupOptions {
  readonly suite: Suite
  readonly commitment: TableCommitment
  /** y = F(k, x), the OPRF output for the subject; secret. */
  readonly output: Uint8Array
}

/** What a table holds for a subject. */
export interface OpenedSubject {
  /** 0 to C payloads; secret. */
  readonly payloads: Uint8Array[]
  /** Exactly C, in the order of the row numbers. */
  readonly evidence: RowEvidence[]
  /** Beside each evidence the key of its row, or null. Secret: it opens that row and no other. */
  readonly rowKeys: (Uint8Array | null)[]
}

/** The C tags that a subject's rows have under this commitment. */
export function subjectTags(suite: Suite, commitment: TableCommitment, output: Uint8Array): Uint8Array[] {
  checkSuite(commitment, suite)
  const prk = subjectKey(suite, commitment, output)
  const { rowsPerSubject } = parametersOf(commitment)
  const tags = Array.from({ length: rowsPerSubject }, (_, i) => rowTag(suite, prk, i))
  wipe(prk)
  return tags
}

/**
 * Finds a subject's rows without opening any: exactly C pieces of evidence, each a row or a proof of none. What the
 * outcome of an inquiry may be fixed on.
 *
 * @throws ERR_VERIFY_ROOT when the table is not the committed one, ERR_PARAMETER_UNKNOWN
 */
export function locateSubject(table: TableRows, options: LookupOptions): RowEvidence[] {
  const { suite, commitment, output } = options
  table.checkRoot(commitment)
  return subjectTags(suite, commitment, output).map(tag => {
    const { found, index } = table.find(tag)
    if (found) return { kind: 'row', ...leafEvidence(table, index) }
    const left = index === 0 ? null : leafEvidence(table, index - 1)
    const right = index === table.rowCount ? null : leafEvidence(table, index)
    return { kind: 'none', tag, left, right }
  })
}

/**
 * Finds and opens a subject's rows.
 *
 * @throws ERR_VERIFY_OPEN when a row does not open or the rows have a gap, ERR_VERIFY_ROOT, ERR_PARAMETER_UNKNOWN
 */
export function openSubject(table: TableRows, options: LookupOptions): OpenedSubject {
  const { suite, commitment, output } = options
  const evidence = locateSubject(table, options)
  const prk = subjectKey(suite, commitment, output)
  const rowKeys = evidence.map((piece, i) =>
    piece.kind === 'row' ? rowKey(suite, prk, i, piece.salt) : null,
  )
  wipe(prk)
  const context = { suite, parameters: parametersOf(commitment), scope: commitment }
  try {
    const held = evidence.map((piece, i) =>
      piece.kind === 'row' ? unsealRow(context, rowKeys[i] as Uint8Array, piece) : new Uint8Array(0),
    )
    return { payloads: withoutGap(held), evidence, rowKeys }
  } catch (error) {
    for (const key of rowKeys) if (key !== null) wipe(key)
    throw error
  }
}

/**
 * Opens the rows that evidence shows, for whoever holds neither table nor key: y is proven to him by other means.
 *
 * @param output y = F(k, x); secret
 * @param evidence C pieces, in the order of the row numbers
 * @returns 0 to C payloads; secret
 * @throws ERR_VERIFY_ROW when a piece is not of this subject or not under the root, ERR_VERIFY_OPEN
 */
export function openProvenRows(
  suite: Suite,
  commitment: TableStatement,
  output: Uint8Array,
  evidence: readonly RowEvidence[],
): Uint8Array[] {
  const parameters = sealedTableParametersById(commitment.parameters)
  if (evidence.length !== parameters.rowsPerSubject) {
    fail('ERR_VERIFY_ROW', `expected evidence of ${parameters.rowsPerSubject} rows, found ${evidence.length}`)
  }
  const prk = subjectKey(suite, commitment, output)
  const context = { suite, parameters, scope: commitment }
  const open = (piece: RowEvidence, i: number): Uint8Array => {
    const tag = rowTag(suite, prk, i)
    if (piece.kind === 'none') {
      verifyNone(commitment, suite, piece, tag)
      return new Uint8Array(0)
    }
    verifyRow(commitment, suite, piece)
    if (compareBytes(piece.tag, tag) !== 0) fail('ERR_VERIFY_ROW', `expected row ${i} of the subject`)
    const key = rowKey(suite, prk, i, piece.salt)
    try {
      return unsealRow(context, key, piece)
    } finally {
      wipe(key)
    }
  }
  try {
    return withoutGap(evidence.map(open))
  } finally {
    wipe(prk)
  }
}

/** A row with nothing in it is what a withdrawal left; there is none before one with something in it. */
function withoutGap(held: readonly Uint8Array[]): Uint8Array[] {
  const payloads = held.filter(payload => payload.length > 0)
  if (held.slice(0, payloads.length).some(payload => payload.length === 0)) {
    fail('ERR_VERIFY_OPEN', 'expected the rows of a subject to be numbered without a gap')
  }
  return payloads
}

/**
 * Opens one row from its evidence and its key alone, as whoever is shown an evidence file does.
 *
 * @throws ERR_VERIFY_ROW when the row is not under the root, ERR_VERIFY_OPEN when it does not decrypt
 */
export function openRow(
  evidence: RowEvidence,
  options: { readonly suite: Suite; readonly commitment: TableCommitment; readonly rowKey: Uint8Array },
): Uint8Array {
  const { suite, commitment } = options
  verifyRow(commitment, suite, evidence)
  if (evidence.kind !== 'row') return fail('ERR_VERIFY_ROW', 'expected the evidence of a row')
  const context = { suite, parameters: parametersOf(commitment), scope: commitment }
  return unsealRow(context, options.rowKey, evidence)
}

function leafEvidence(table: TableRows, index: number): LeafEvidence {
  return { index, ...table.row(index), proof: table.prove(index) }
}

function parametersOf(commitment: TableCommitment): SealedTableParameters {
  return sealedTableParametersById(commitment.parameters)
}
