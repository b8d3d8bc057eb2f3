/**
 * The joint table of a provider: amounts by subject, from which a joint query makes a total over many firms and nobody
 * learns who contributed. It has keys and a commitment of its own and is never mixed with a sealed table.
 *
 *   y = F(k, x)                    OPRF under the table's evaluation key
 *   h = KDF(y, id)                 the subject's handle in this version
 *   (u, w) = E_m(h)                64 bits each, under the mask key m
 *   store[h] = (u, w + amount)     oblivious key-value store with room for a size class of subjects
 *
 * Who holds the store and a handle decodes an entry that looks random, whether the subject is in it or not: only E_m tells,
 * and m stays with the provider. A joint query evaluates `jointCheck` as a garbled circuit over it. An absent subject is
 * taken for a present one with probability 2^-64.
 *
 * Adversary: holders of the store may be malicious and have handles of subjects that they were evaluated for. The inputs of
 * the check are the inquirer's word: who puts in garbage for all firms but one learns that firm's amount from the total, so
 * that queries need an audit that can run them again. The store
 * shows its size class. That amounts are true is not shown; the mask key can be opened to an auditor, who then reads
 * the amounts of the subjects that he has handles of.
 *
 * Not constant time: encoding reads memory where handles say.
 */
import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import { encodePublicKey, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import { encodeOkvs, type Okvs } from '../okvs/index.ts'
import { sizeClass } from '../sealed-table/size-class.ts'
import {
  commitJointTable,
  encodeJointTable,
  type JointTableCommitment,
  type JointTableId,
  MASK_SALT_BYTES,
  maskCommitmentOf,
  storeDigest,
} from './commitment.ts'
import { handleSalt, handleUnder } from './handle.ts'
import { ENTRY_BYTES, jointTableParametersOf, MARK_BYTES, MAX_AMOUNT } from './params.ts'

/** A subject's line in the book: one amount, summed up by the provider. */
export interface JointEntry {
  /** y, of the table's own key; secret. */
  readonly output: Uint8Array
  /** In the smallest unit, such as fen: 0 to 2^63 − 1. */
  readonly amount: bigint
}

/** What {@link buildJointTable} works from. */
export interface BuildJointTableOptions {
  readonly id: JointTableId
  readonly suite: Suite
  readonly oprf: OprfSuite
  /** Made for this version and used for no other table. */
  readonly key: OprfKeyPair
  readonly entries: readonly JointEntry[]
  /** Room for more subjects than there are; the size class of the entries by default. */
  readonly capacity?: number
  readonly random: RandomSource
}

/** A version of a joint table, with what its provider keeps. */
export interface BuiltJointTable {
  readonly store: Okvs
  readonly commitment: JointTableCommitment
  /** Secret, 16 bytes; for garbling. */
  readonly maskKey: Uint8Array
  /** Opens the commitment to the mask key; secret, 32 bytes. */
  readonly maskSalt: Uint8Array
}

/**
 * Encodes a version.
 *
 * @throws ERR_INPUT_RANGE for an amount outside 0 … 2^63 − 1 and more entries than fit, ERR_INPUT_DUPLICATE for a subject
 * that stands twice, ERR_OKVS_ENCODE, ERR_DECODE_SCHEMA for an id that is none
 */
export function buildJointTable(options: BuildJointTableOptions): BuiltJointTable {
  const { id, suite, oprf, key, entries, random } = options
  const parameters = jointTableParametersOf(suite.id)
  const capacity = sizeClass(Math.max(entries.length, options.capacity ?? 0))
  const publicKey = encodePublicKey(oprf, key.publicKey)
  const maskKey = random.bytes(ENTRY_BYTES)
  const maskSalt = random.bytes(MASK_SALT_BYTES)
  const keys = new Uint8Array(entries.length * ENTRY_BYTES)
  const salt = handleSalt(id, publicKey)
  for (const [i, { output }] of entries.entries()) {
    keys.set(handleUnder(suite, salt, output), i * ENTRY_BYTES)
  }
  const values = parameters.cipher.encrypt(maskKey, keys)
  for (const [i, { amount }] of entries.entries()) addAmount(values, i, amount)
  const items = { keys, values, valueBytes: ENTRY_BYTES, capacity }
  const store = encodeOkvs(parameters.okvs, items, random)
  wipe(keys, values)
  const statement = {
    ...id,
    suite: suite.id,
    oprf: oprf.id,
    parameters: parameters.id,
    publicKey,
    capacity,
    digest: storeDigest(suite, encodeJointTable(store)),
    maskCommitment: maskCommitmentOf(suite, maskKey, maskSalt),
  }
  return { store, commitment: commitJointTable(statement, key, random), maskKey, maskSalt }
}

/** `w ← w + amount` mod 2^64 in entry `index`; w is the second half, lowest byte first. */
function addAmount(entries: Uint8Array, index: number, amount: bigint): void {
  if (amount < 0n || amount > MAX_AMOUNT) {
    fail('ERR_INPUT_RANGE', `entry ${index}: expected an amount of 0 to 2^63 − 1`)
  }
  const view = new DataView(entries.buffer, entries.byteOffset + index * ENTRY_BYTES + MARK_BYTES, 8)
  view.setBigUint64(0, BigInt.asUintN(64, view.getBigUint64(0, true) + amount), true)
}
