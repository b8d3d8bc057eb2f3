import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { SUITE_IDS, type Suite, suiteById } from '@mixun/core/suite'
import { z } from 'zod'
import {
  decodeSchnorrProof,
  encodeSchnorrProof,
  proveEqualLogs,
  verifyEqualLogs,
} from '../consent-blinding/index.ts'
import { decodePublicKey, type OprfKeyPair, oprfSuiteById } from '../oprf/index.ts'
import { sealedRowBytes, sealedTableParametersById } from './params.ts'
import { isSizeClass, MAX_ROW_COUNT, MAX_TABLE_ROWS, MAX_VERSION, rowsOfVersion } from './size-class.ts'

/** Version of the first root of an epoch; every delta counts it up by one. */
export const FIRST_VERSION = 0

const tableIdSchema = z.strictObject({
  provider: partyId,
  /** Class of the records: A, B or C. */
  class: z.string().regex(/^[A-Z]$/),
  epoch: uint(),
})

/** What a table is of; there is one a (provider, class, epoch). */
export type TableId = z.infer<typeof tableIdSchema>

const statementFields = {
  /** Version of the root within its epoch, from 0 (`FIRST_VERSION`). */
  version: uint(MAX_VERSION),
  ...tableIdSchema.shape,
  /** Suite of tags, row keys, rows and tree. */
  suite: z.enum(SUITE_IDS),
  /** Suite of the evaluation key. */
  oprf: text(64),
  /** Shape of the rows. */
  parameters: text(64),
  publicKey: binary(32, 33),
  /** Rows of the first version, with their padding: a size class. */
  baseRowCount: uint(MAX_ROW_COUNT).refine(isSizeClass),
  /** Rows of this version. */
  rowCount: uint(MAX_TABLE_ROWS),
  root: binary(32),
}

/** Every delta brings the same number of rows, so that the number of rows says nothing but the version. */
const hasRowsOfVersion = (statement: { baseRowCount: number; version: number; rowCount: number }) =>
  statement.rowCount === rowsOfVersion(statement.baseRowCount, statement.version)

const statementSchema = z.strictObject(statementFields).refine(hasRowsOfVersion, 'rowCount of the version')

/** Schema of {@link TableCommitment}, to embed it in other records. */
export const tableCommitmentSchema = z
  .strictObject({
    ...statementFields,
    /** Schnorr proof of possession of the evaluation key, bound to every other field; 64 bytes. */
    keyProof: binary(64),
  })
  .refine(hasRowsOfVersion, 'rowCount of the version')

/**
 * What a provider puts on the ledger before its first evaluation in an epoch, and again with every delta: key, shape and
 * root of a table.
 */
export type TableCommitment = z.infer<typeof tableCommitmentSchema>

/** What a commitment says of one version of a table, without the proof. */
export type TableStatement = z.infer<typeof statementSchema>

const statementCodec = recordCodec('table statement', statementSchema, 1_024)

/** The canonical encoding of a commitment, at most 1,024 bytes. */
export const tableCommitmentCodec = recordCodec('table commitment', tableCommitmentSchema, 1_024)

/** @throws ERR_DECODE_SCHEMA */
export function encodeTableCommitment(commitment: TableCommitment): Uint8Array {
  return tableCommitmentCodec.encode(commitment)
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL */
export function decodeTableCommitment(bytes: Uint8Array): TableCommitment {
  return tableCommitmentCodec.decode(bytes)
}

/** @throws ERR_INPUT_RANGE */
export function checkTableId(id: TableId): void {
  if (!tableIdSchema.safeParse(id).success) {
    fail('ERR_INPUT_RANGE', 'expected a provider id, a class of one capital letter and an epoch number')
  }
}

/** Signs a statement with the evaluation key itself. */
export function proveKeyPossession(
  statement: TableStatement,
  key: OprfKeyPair,
  random: RandomSource,
): TableCommitment {
  const oprf = oprfSuiteById(statement.oprf)
  const proof = proveEqualLogs(oprf, possessionOf(statement, key.publicKey), key.secretKey, random)
  return { ...statement, keyProof: encodeSchnorrProof(oprf, proof) }
}

/**
 * Checks a commitment by itself: known parameters, a valid key, and the proof that its owner signed exactly these
 * fields. A copied key or an altered field fails. It says nothing of the rows.
 *
 * @throws ERR_VERIFY_KEY_POSSESSION, ERR_PARAMETER_UNKNOWN, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR,
 * ERR_DECODE_SCHEMA
 */
export function verifyTableCommitment(commitment: TableCommitment): void {
  const { keyProof, ...statement } = commitment
  suiteById(statement.suite)
  sealedTableParametersById(statement.parameters)
  const oprf = oprfSuiteById(statement.oprf)
  const publicKey = decodePublicKey(oprf, statement.publicKey)
  const proof = decodeSchnorrProof(oprf, keyProof)
  verifyEqualLogs(oprf, possessionOf(statement, publicKey), proof, 'ERR_VERIFY_KEY_POSSESSION')
}

/** The suite that a commitment names, which is the caller's. @throws ERR_PARAMETER_UNKNOWN */
export function checkSuite(commitment: TableStatement, suite: Suite): void {
  if (commitment.suite !== suite.id) {
    fail('ERR_PARAMETER_UNKNOWN', `expected a table of suite ${suite.id}, found ${commitment.suite}`)
  }
}

/** Bytes of one row under this commitment. */
export function committedRowBytes(commitment: TableStatement): number {
  return sealedRowBytes(sealedTableParametersById(commitment.parameters), suiteById(commitment.suite))
}

function possessionOf(statement: TableStatement, publicKey: OprfKeyPair['publicKey']) {
  return {
    label: 'mixun-table-key',
    context: statementCodec.encode(statement),
    bases: [oprfSuiteById(statement.oprf).group.generator()],
    images: [publicKey],
  }
}
