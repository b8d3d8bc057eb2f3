import { concat } from '@mixun/core/bytes'
import { binary, Reader, recordCodec, uint, unixMs, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { inclusionProof, leafHash, type MerkleHash, MemoryTree, rootFromInclusion } from '@mixun/core/merkle'
import { type SigningKey, signFor, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'
import type { LedgerAnchor } from './anchor.ts'
import { ledgerId } from './ledger-id.ts'

const SIGNATURE_PURPOSE = 'append-receipts'
const SIGNATURE_BYTES = 64
const HASH_BYTES = 32
const PLACE_BYTES = 2

/** Receipts that one signature covers: a signature costs as much as 30 hashes, and every doubling 32 bytes a receipt. */
export const MAX_RECEIPT_GROUP = 16

const MAX_PATH_NODES = Math.ceil(Math.log2(MAX_RECEIPT_GROUP))

/** Least and most bytes of {@link AppendReceipt.signature}. */
export const RECEIPT_SIGNATURE_BYTES = {
  min: PLACE_BYTES + SIGNATURE_BYTES,
  max: PLACE_BYTES + SIGNATURE_BYTES + HASH_BYTES * MAX_PATH_NODES,
} as const

const bodyFields = {
  entryId: binary(16),
  index: uint(),
  leafHash: binary(32),
  /** Unix milliseconds, by the sequencer's clock. */
  sequencedAt: unixMs,
}
const receiptSchema = z.strictObject({
  ...bodyFields,
  /**
   * Position and count in its group (1 byte each), the sequencer's signature (64 bytes) of the group's root, and the
   * inclusion proof (RFC 9162 section 2.1.3, 32 bytes a node) that leads there: what one receipt needs, and no more.
   */
  signature: binary(RECEIPT_SIGNATURE_BYTES.min, RECEIPT_SIGNATURE_BYTES.max),
})

/** The sequencer's promise: this entry is durable and has this index. */
export type AppendReceipt = z.infer<typeof receiptSchema>

/** What a receipt says. */
export type AppendReceiptBody = Omit<AppendReceipt, 'signature'>

/** The canonical encoding of an append receipt, for files and evidence. */
export const appendReceiptCodec = recordCodec('append receipt', receiptSchema, 512)

/** Signs as the sequencer of this ledger, once for every {@link MAX_RECEIPT_GROUP} receipts. */
export function signAppendReceipts(
  anchor: LedgerAnchor,
  key: SigningKey,
  bodies: readonly AppendReceiptBody[],
): AppendReceipt[] {
  const receipts: AppendReceipt[] = []
  for (let from = 0; from < bodies.length; from += MAX_RECEIPT_GROUP) {
    receipts.push(...signGroup(anchor, key, bodies.slice(from, from + MAX_RECEIPT_GROUP)))
  }
  return receipts
}

/** Signs one receipt as the sequencer of this ledger. */
export function signAppendReceipt(
  anchor: LedgerAnchor,
  key: SigningKey,
  body: AppendReceiptBody,
): AppendReceipt {
  return signAppendReceipts(anchor, key, [body])[0] as AppendReceipt
}

/**
 * Checks that the sequencer of this ledger signed.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_VERIFY_ROOT, ERR_DECODE_LENGTH
 */
export function verifyAppendReceipt(anchor: LedgerAnchor, receipt: AppendReceipt): void {
  const { signature: blob, ...body } = receipt
  const reader = new Reader(blob)
  const [position, count] = [reader.uint8(), reader.uint8()]
  const signature = reader.fixed(SIGNATURE_BYTES)
  const pathBytes = blob.length - RECEIPT_SIGNATURE_BYTES.min
  if (pathBytes < 0 || pathBytes % HASH_BYTES !== 0 || count > MAX_RECEIPT_GROUP) {
    fail('ERR_DECODE_LENGTH', `expected a group of at most ${MAX_RECEIPT_GROUP} and a path of whole nodes`)
  }
  const path = Array.from({ length: pathBytes / HASH_BYTES }, () => reader.fixed(HASH_BYTES))
  const { suite, association } = anchor
  const root = rootFromInclusion(suite.hash, position, count, bodyHash(suite.hash, body), path)
  verifyFor(suite, association.publicKey, SIGNATURE_PURPOSE, signedBytes(anchor, count, root), signature)
}

function signGroup(
  anchor: LedgerAnchor,
  key: SigningKey,
  bodies: readonly AppendReceiptBody[],
): AppendReceipt[] {
  const { hash } = anchor.suite
  const count = bodies.length
  const tree = new MemoryTree(
    hash,
    bodies.map(body => bodyHash(hash, body)),
  )
  const signature = signFor(key, SIGNATURE_PURPOSE, signedBytes(anchor, count, tree.root()))
  return bodies.map((body, position) => {
    const writer = new Writer().uint8(position).uint8(count).fixed(signature, SIGNATURE_BYTES)
    for (const node of inclusionProof(hash, tree, position, count)) writer.fixed(node, HASH_BYTES)
    return { ...body, signature: writer.finish() }
  })
}

/** The leaf of a receipt: entry id (16 bytes), index (8), leaf hash (32), time (8). */
function bodyHash(hash: MerkleHash, { entryId, index, leafHash: entryLeaf, sequencedAt }: AppendReceiptBody) {
  const body = new Writer().fixed(entryId, 16).uint64(index).fixed(entryLeaf, HASH_BYTES).uint64(sequencedAt)
  return leafHash(hash, body.finish())
}

function signedBytes(anchor: LedgerAnchor, count: number, root: Uint8Array): Uint8Array {
  return concat(ledgerId(anchor), Uint8Array.of(count), root)
}
