import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { elementBytes, epoch, recordClass } from './fields.ts'

/** Commitment to one version of the one sealed table and evaluation key of a (provider, class, epoch). */
export const tableCodec = recordCodec(
  'table entry',
  z.strictObject({
    provider: partyId,
    class: recordClass,
    epoch,
    /** 0 for a new table; every delta counts it up by one. */
    version: uint(0xffff_ffff),
    /** Rows of version 0, with their padding; it fixes the shape of the deltas. */
    baseRowCount: uint(0xffff_ffff),
    /** Rows of this version. */
    rowCount: uint(0xffff_ffff),
    root: binary(32),
    publicKey: elementBytes,
    /** Id of the OPRF suite. */
    oprf: text(64),
    /** Id of the table's parameter set. */
    parameters: text(128),
    /** Whether members may download the table; the provider's choice for the epoch. */
    isDistributed: z.boolean(),
    /** Proof of possession of the evaluation key. */
    keyProof: binary(32, 128),
    /** The encoded commitment that the fields above are read from; opaque here. */
    commitment: binary(1, 1024),
  }),
  2048,
)

/** The provider's word that the evaluation key of an epoch that is over exists no more. */
export const keyDestroyedCodec = recordCodec(
  'key-destroyed entry',
  z.strictObject({ provider: partyId, class: recordClass, epoch }),
  256,
)

/** What the association found when it sampled the leaves of an epoch that is over. */
export const leafSampleCodec = recordCodec(
  'leaf-sample entry',
  z.strictObject({
    provider: partyId,
    class: recordClass,
    epoch,
    version: uint(0xffff_ffff),
    /** Size of the checkpoint that drew the leaves. */
    treeSize: uint(),
    leaves: uint(1_024),
    /** Null when all of them opened, otherwise the stable code of what did not hold. */
    code: text(64).nullable(),
    /** Digest of the provider's signed answer, by the suite's hash. */
    answerDigest: binary(32),
  }),
  512,
)

/** Commitment to a public list of class A. */
export const listCodec = recordCodec(
  'list entry',
  z.strictObject({
    provider: partyId,
    class: z.literal('A'),
    version: uint(0xffff_ffff),
    count: uint(0xffff_ffff),
    digest: binary(32),
  }),
  512,
)
