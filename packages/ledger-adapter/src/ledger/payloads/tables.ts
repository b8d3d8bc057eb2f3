import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { elementBytes, epoch, recordClass } from './fields.ts'

/** Commitment to the one sealed table and evaluation key of a (provider, class, epoch). */
export const tableCodec = recordCodec(
  'table entry',
  z.strictObject({
    provider: partyId,
    class: recordClass,
    epoch,
    version: uint(0xffff_ffff),
    /** Rows of the padded table. */
    rowCount: uint(0xffff_ffff),
    root: binary(32),
    publicKey: elementBytes,
    /** Id of the OPRF suite. */
    oprf: text(64),
    /** Id of the table's parameter set. */
    parameters: text(128),
    /** Proof of possession of the evaluation key. */
    keyProof: binary(32, 128),
    /** The encoded commitment that the fields above are read from; opaque here. */
    commitment: binary(1, 1024),
  }),
  2048,
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
