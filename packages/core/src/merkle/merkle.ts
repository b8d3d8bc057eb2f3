import { compareBytes } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'

/** A hash of concatenated parts, usually `hash` of a suite. */
export type MerkleHash = (...parts: readonly Uint8Array[]) => Uint8Array

/** A position or size in a tree: a non-negative integer; bigint beyond 2^53. */
export type TreeIndex = number | bigint

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** RFC 9162 section 2.1.1: `H(0x00 ‖ data)`. */
export function leafHash(hash: MerkleHash, ...data: readonly Uint8Array[]): Uint8Array {
  return hash(LEAF, ...data)
}

/** RFC 9162 section 2.1.1: `H(0x01 ‖ left ‖ right)`. */
export function nodeHash(hash: MerkleHash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(NODE, left, right)
}

/**
 * Checks that a leaf stands at `index` of the tree with `root` (RFC 9162 section 2.1.3.2).
 *
 * @throws ERR_VERIFY_ROOT
 */
export function verifyInclusion(
  hash: MerkleHash,
  index: TreeIndex,
  treeSize: TreeIndex,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  checkLengths(hash, [root])
  if (compareBytes(rootFromInclusion(hash, index, treeSize, leaf, proof), root) !== 0) {
    fail('ERR_VERIFY_ROOT', 'expected an inclusion proof that leads to the root')
  }
}

/**
 * The root that an inclusion proof leads to, for a caller who then asks who signed it.
 *
 * @throws ERR_VERIFY_ROOT for a proof that does not fit index and size
 */
export function rootFromInclusion(
  hash: MerkleHash,
  index: TreeIndex,
  treeSize: TreeIndex,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array {
  let fn = toBigInt(index)
  let sn = toBigInt(treeSize) - 1n
  if (fn < 0n || fn > sn) fail('ERR_VERIFY_ROOT', 'expected a leaf index below the tree size')
  checkLengths(hash, [leaf, ...proof])
  let result = leaf
  for (const node of proof) {
    if (sn === 0n) fail('ERR_VERIFY_ROOT', 'expected a shorter inclusion proof')
    if ((fn & 1n) === 1n || fn === sn) {
      result = nodeHash(hash, node, result)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      result = nodeHash(hash, result, node)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) fail('ERR_VERIFY_ROOT', 'expected a longer inclusion proof')
  return result
}

/**
 * Checks that the tree of `firstSize` leaves is a prefix of the tree of `secondSize` leaves (RFC 9162 section 2.1.4.2).
 * An empty first tree, whose root is the hash of nothing, is a prefix of every tree and takes an empty proof.
 *
 * @throws ERR_VERIFY_ROOT
 */
export function verifyConsistency(
  hash: MerkleHash,
  firstSize: TreeIndex,
  secondSize: TreeIndex,
  proof: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): void {
  const first = toBigInt(firstSize)
  const second = toBigInt(secondSize)
  if (first < 0n || first > second) fail('ERR_VERIFY_ROOT', 'expected a first tree no larger than the second')
  if (first === 0n && compareBytes(firstRoot, hash()) !== 0) {
    fail('ERR_VERIFY_ROOT', 'expected the root of the empty tree')
  }
  if (first === second) {
    if (proof.length !== 0 || compareBytes(firstRoot, secondRoot) !== 0) {
      fail('ERR_VERIFY_ROOT', 'expected equal roots and an empty proof')
    }
    return
  }
  checkLengths(hash, [firstRoot, ...proof, secondRoot])
  if (first === 0n) {
    if (proof.length !== 0) fail('ERR_VERIFY_ROOT', 'expected an empty proof for an empty first tree')
    return
  }
  if (proof.length === 0) fail('ERR_VERIFY_ROOT', 'expected a non-empty consistency proof')
  // A first tree that is complete is its own first node (step 2).
  const path = (first & (first - 1n)) === 0n ? [firstRoot, ...proof] : proof
  let fn = first - 1n
  let sn = second - 1n
  while ((fn & 1n) === 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  let fr = path[0] as Uint8Array
  let sr = fr
  for (const node of path.slice(1)) {
    if (sn === 0n) fail('ERR_VERIFY_ROOT', 'expected a shorter consistency proof')
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(hash, node, fr)
      sr = nodeHash(hash, node, sr)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      sr = nodeHash(hash, sr, node)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n || compareBytes(fr, firstRoot) !== 0 || compareBytes(sr, secondRoot) !== 0) {
    fail('ERR_VERIFY_ROOT', 'expected a consistency proof that leads to both roots')
  }
}

function toBigInt(index: TreeIndex): bigint {
  if (typeof index === 'number' && !Number.isSafeInteger(index)) {
    fail('ERR_VERIFY_ROOT', 'expected an integer tree size or index')
  }
  return BigInt(index)
}

/** Hashes of other lengths could shift the boundary between two children. */
function checkLengths(hash: MerkleHash, hashes: readonly Uint8Array[]): void {
  const hashBytes = hash().length
  if (hashes.some(one => one.length !== hashBytes)) {
    fail('ERR_VERIFY_ROOT', `expected hashes of ${hashBytes} bytes`)
  }
}
