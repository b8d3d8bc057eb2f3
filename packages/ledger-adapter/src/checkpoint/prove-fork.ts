import { compareBytes } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { leafHash, type MerkleHash, nodeHash, verifyConsistency } from '@mixun/core/merkle'
import type { Checkpoint } from './checkpoint.ts'
import type { ForkProof } from './fork.ts'

/** What the ledger that shows another history is asked to prove it by. */
export interface HistorySource {
  /** RFC 9162 section 2.1.4.1. */
  readonly proveConsistency: (firstSize: number, secondSize: number) => Promise<readonly Uint8Array[]>
  /** RFC 9162 section 2.1.3.1. */
  readonly proveInclusion: (index: number, treeSize: number) => Promise<readonly Uint8Array[]>
  /** The leaf of the first entry, before it is hashed. */
  readonly firstLeaf: () => Promise<Uint8Array>
}

/**
 * Lets the ledger itself say which root its tree had at the size of a checkpoint that it signed before. Whatever it says
 * is believed only when it leads to the checkpoint that it shows now.
 *
 * @param first the checkpoint that was verified before, the smaller one
 * @param second the checkpoint that does not continue it
 * @returns null when the ledger gives no such proof, or proves that the second continues the first
 */
export async function proveFork(
  hash: MerkleHash,
  source: HistorySource,
  first: Checkpoint,
  second: Checkpoint,
): Promise<ForkProof | null> {
  if (first.size < 1 || first.size >= second.size) return null
  try {
    const nodes = await source.proveConsistency(first.size, second.size)
    const rootThere = await rootAt(hash, source, first.size, second.size, nodes)
    verifyConsistency(hash, first.size, second.size, nodes, rootThere, second.root)
    return compareBytes(rootThere, first.root) === 0 ? null : { rootThere, nodes }
  } catch (error) {
    // A ledger that is out of reach, or answers with anything else, has not proven a thing.
    if (error instanceof MixunError) return null
    throw error
  }
}

/** The first root that a consistency proof speaks of. */
async function rootAt(
  hash: MerkleHash,
  source: HistorySource,
  firstSize: number,
  secondSize: number,
  nodes: readonly Uint8Array[],
): Promise<Uint8Array> {
  const levels = Math.log2(firstSize)
  return Number.isInteger(levels)
    ? completeRoot(hash, source, levels, secondSize)
    : oldRoot(hash, firstSize, secondSize, nodes)
}

/** A complete first tree is no node of its own proof: it is what the path of its first leaf leads to. */
async function completeRoot(
  hash: MerkleHash,
  source: HistorySource,
  levels: number,
  treeSize: number,
): Promise<Uint8Array> {
  const path = await source.proveInclusion(0, treeSize)
  const leaf = leafHash(hash, await source.firstLeaf())
  return path.slice(0, levels).reduce((left, right) => nodeHash(hash, left, right), leaf)
}

/** The left half of RFC 9162 section 2.1.4.2: what the nodes say that the first root was. */
function oldRoot(hash: MerkleHash, first: number, second: number, nodes: readonly Uint8Array[]): Uint8Array {
  let [fn, sn] = [BigInt(first) - 1n, BigInt(second) - 1n]
  for (; (fn & 1n) === 1n; fn >>= 1n) sn >>= 1n
  const [seed = new Uint8Array(0), ...rest] = nodes
  let root = seed
  for (const node of rest) {
    if ((fn & 1n) === 1n || fn === sn) {
      root = nodeHash(hash, node, root)
      for (; (fn & 1n) === 0n && fn !== 0n; fn >>= 1n) sn >>= 1n
    }
    fn >>= 1n
    sn >>= 1n
  }
  return root
}
