import { compareBytes } from '@mixun/core/bytes'
import { binary, recordCodec, uint } from '@mixun/core/codec'
import { fail, MixunError } from '@mixun/core/errors'
import { verifyInclusion } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { z } from 'zod'
import { checkSuite, committedRowBytes, type TableStatement } from './commitment.ts'
import { SALT_BYTES, TAG_BYTES, VERSION_BYTES } from './params.ts'
import { rowLeaf } from './row.ts'
import { MAX_TABLE_ROWS } from './size-class.ts'

const leafShape = {
  /** Position in the table. */
  index: uint(MAX_TABLE_ROWS - 1),
  tag: binary(TAG_BYTES),
  /** Version of the root that the row was sealed for. */
  version: uint(0xffff_ffff),
  salt: binary(SALT_BYTES),
  ciphertext: binary(0, 1_024),
  /** Inclusion proof under the committed root. */
  proof: z.array(binary(32)).max(32),
}

const leafSchema = z.strictObject(leafShape)

const rowEvidenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('row'), ...leafShape }),
  z.strictObject({
    kind: z.literal('none'),
    /** The tag that is not in the table. */
    tag: binary(TAG_BYTES),
    /** The row before; null at the start of the table. */
    left: leafSchema.nullable(),
    /** The row after; null at the end of the table. */
    right: leafSchema.nullable(),
  }),
])

/** A row with its proof. */
export type LeafEvidence = z.infer<typeof leafSchema>

/** That a row is in a table, or that a tag is not: checkable with the commitment alone. Shows no content. */
export type RowEvidence = z.infer<typeof rowEvidenceSchema>

/** The canonical encoding of the evidence of a row or of none, at most 8,192 bytes. */
export const rowEvidenceCodec = recordCodec('row evidence', rowEvidenceSchema, 8_192)

/**
 * Checks that a row stands under the committed root.
 *
 * @throws ERR_VERIFY_ROW, ERR_PARAMETER_UNKNOWN
 */
export function verifyRow(commitment: TableStatement, suite: Suite, evidence: RowEvidence): void {
  if (evidence.kind !== 'row') fail('ERR_VERIFY_ROW', 'expected the evidence of a row')
  checkLeaf(commitment, suite, evidence)
}

/**
 * Checks that `tag` is not in the table, from its two neighbours. It holds as far as the tags of the table strictly
 * increase; two leaves out of order are evidence against the provider.
 *
 * @throws ERR_VERIFY_ROW, ERR_PARAMETER_UNKNOWN
 */
export function verifyNone(
  commitment: TableStatement,
  suite: Suite,
  evidence: RowEvidence,
  tag: Uint8Array,
): void {
  if (evidence.kind !== 'none' || tag.length !== TAG_BYTES || compareBytes(evidence.tag, tag) !== 0) {
    fail('ERR_VERIFY_ROW', 'expected the evidence of none for this tag')
  }
  const { left, right } = evidence
  for (const leaf of [left, right]) if (leaf !== null) checkLeaf(commitment, suite, leaf)
  const leftIndex = left === null ? -1 : left.index
  const rightIndex = right === null ? commitment.rowCount : right.index
  if (rightIndex !== leftIndex + 1) fail('ERR_VERIFY_ROW', 'expected two neighbouring rows')
  const isBetween =
    (left === null || compareBytes(left.tag, tag) < 0) && (right === null || compareBytes(tag, right.tag) < 0)
  if (!isBetween) fail('ERR_VERIFY_ROW', 'expected a tag between its neighbours')
}

function checkLeaf(commitment: TableStatement, suite: Suite, leaf: LeafEvidence): void {
  checkSuite(commitment, suite)
  const { tag, salt, ciphertext } = leaf
  // Without these a leaf could be cut into fields in several ways.
  const isShaped =
    tag.length === TAG_BYTES &&
    salt.length === SALT_BYTES &&
    TAG_BYTES + VERSION_BYTES + SALT_BYTES + ciphertext.length === committedRowBytes(commitment)
  if (!isShaped) fail('ERR_VERIFY_ROW', 'expected a row of the committed shape')
  try {
    verifyInclusion(
      suite.hash,
      leaf.index,
      commitment.rowCount,
      rowLeaf(suite, leaf),
      leaf.proof,
      commitment.root,
    )
  } catch (cause) {
    if (!(cause instanceof MixunError) || cause.code !== 'ERR_VERIFY_ROOT') throw cause
    fail('ERR_VERIFY_ROW', 'expected a row under the committed root', { cause })
  }
}
