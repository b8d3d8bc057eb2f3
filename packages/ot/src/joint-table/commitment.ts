import { compareBytes, utf8 } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { SUITE_IDS, type Suite } from '@mixun/core/suite'
import { z } from 'zod'
import {
  decodeSchnorrProof,
  encodeSchnorrProof,
  proveEqualLogs,
  verifyEqualLogs,
} from '../consent-blinding/index.ts'
import { decodePublicKey, type OprfKeyPair, oprfSuiteById, oprfSuiteOf } from '../oprf/index.ts'
import { decodeOkvsBytes, encodeOkvsBytes, type Okvs } from '../okvs/index.ts'
import { isSizeClass, MAX_ROW_COUNT } from '../sealed-table/size-class.ts'
import { ENTRY_BYTES, jointTableParametersById } from './params.ts'

const idSchema = z.strictObject({
  provider: partyId,
  /** What the amounts are, in the consortium's words. */
  dataset: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  /** Counts up; each version is encoded whole, under keys of its own. */
  version: uint(),
})

/** What a joint table is of; there is one a (provider, data set, version). */
export type JointTableId = z.infer<typeof idSchema>

const statementFields = {
  ...idSchema.shape,
  suite: z.enum(SUITE_IDS),
  oprf: text(64),
  parameters: text(64),
  /** Of the evaluation key, which serves this table and nothing else. */
  publicKey: binary(32, 33),
  /** Subjects that the store has room for: a size class. Their number does not show. */
  capacity: uint(MAX_ROW_COUNT).refine(isSizeClass),
  /** Hash of the encoded store. */
  digest: binary(32),
  /** Hash of the mask key behind a salt, to be opened in an audit. */
  maskCommitment: binary(32),
}

const statementSchema = z.strictObject(statementFields)
const commitmentSchema = z.strictObject({
  ...statementFields,
  /** Schnorr proof of possession of the evaluation key, bound to every other field; 64 bytes. */
  keyProof: binary(64),
})

/** What a commitment says, without its proof. */
export type JointTableStatement = z.infer<typeof statementSchema>

/** What a provider puts on the ledger with each version of a joint table. */
export type JointTableCommitment = z.infer<typeof commitmentSchema>

const statementCodec = recordCodec('joint table statement', statementSchema, 1_024)

/** The canonical encoding of a commitment, at most 1,024 bytes. */
export const jointTableCommitmentCodec = recordCodec('joint table commitment', commitmentSchema, 1_024)

/** Signs a statement with the evaluation key itself. @throws ERR_DECODE_SCHEMA for an id that is none */
export function commitJointTable(
  statement: JointTableStatement,
  key: OprfKeyPair,
  random: RandomSource,
): JointTableCommitment {
  const oprf = oprfSuiteById(statement.oprf)
  const proof = proveEqualLogs(oprf, possessionOf(statement, key.publicKey), key.secretKey, random)
  return { ...statement, keyProof: encodeSchnorrProof(oprf, proof) }
}

/**
 * Checks a commitment by itself: parameters and OPRF of its suite, and the proof that the owner of its key signed these fields.
 *
 * @throws ERR_VERIFY_KEY_POSSESSION, ERR_PARAMETER_UNKNOWN, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR, ERR_DECODE_SCHEMA
 */
export function verifyJointTableCommitment(commitment: JointTableCommitment): void {
  const { keyProof, ...statement } = commitment
  const oprf = oprfSuiteOf(statement.suite)
  const { suite } = jointTableParametersById(statement.parameters)
  if (suite !== statement.suite || statement.oprf !== oprf.id) {
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters of suite ${statement.suite}`)
  }
  const publicKey = decodePublicKey(oprf, statement.publicKey)
  const proof = decodeSchnorrProof(oprf, keyProof)
  verifyEqualLogs(oprf, possessionOf(statement, publicKey), proof, 'ERR_VERIFY_KEY_POSSESSION')
}

/**
 * The store of a downloaded table, checked against its commitment.
 *
 * @throws ERR_VERIFY_ROOT when it is another one, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING
 */
export function openJointTable(suite: Suite, commitment: JointTableCommitment, bytes: Uint8Array): Okvs {
  const { okvs } = jointTableParametersById(commitment.parameters)
  const store = decodeOkvsBytes(okvs, commitment.capacity, ENTRY_BYTES, bytes)
  if (compareBytes(storeDigest(suite, bytes), commitment.digest) !== 0) {
    fail('ERR_VERIFY_ROOT', 'expected the joint table that the commitment names')
  }
  return store
}

/** Hash of an encoded store. */
export function storeDigest(suite: Suite, bytes: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-joint-table-store\0'), bytes)
}

/**
 * Checks an opened mask key, of 16 bytes, with its salt of 32: other lengths are no opening, for the hash takes both as one
 * string.
 *
 * @throws ERR_VERIFY_COMMITMENT
 */
export function verifyMaskKey(
  suite: Suite,
  commitment: JointTableStatement,
  maskKey: Uint8Array,
  salt: Uint8Array,
): void {
  const isForm = maskKey.length === ENTRY_BYTES && salt.length === MASK_SALT_BYTES
  if (!isForm || compareBytes(maskCommitmentOf(suite, maskKey, salt), commitment.maskCommitment) !== 0) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the mask key that the joint table was committed with')
  }
}

/** Bytes of the salt of a mask key's commitment. */
export const MASK_SALT_BYTES = 32

/** Hiding by the salt, binding by the hash. */
export function maskCommitmentOf(suite: Suite, maskKey: Uint8Array, salt: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-joint-table-mask\0'), salt, maskKey)
}

/** The bytes of a store as they are downloaded. */
export function encodeJointTable(store: Okvs): Uint8Array {
  return encodeOkvsBytes(store)
}

function possessionOf(statement: JointTableStatement, publicKey: OprfKeyPair['publicKey']) {
  return {
    label: 'mixun-joint-table-key',
    context: statementCodec.encode(statement),
    bases: [oprfSuiteById(statement.oprf).group.generator()],
    images: [publicKey],
  }
}
