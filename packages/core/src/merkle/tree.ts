import { fail } from '../errors/index.ts'
import { type MerkleHash, nodeHash } from './merkle.ts'

/**
 * Hashes of complete subtrees: level 0 holds leaf hashes, the node (level, index) covers the leaves
 * [index · 2^level, (index + 1) · 2^level). Every root and proof of an RFC 9162 tree is made of them.
 */
export interface SubtreeSource {
  subtree(level: number, index: number): Uint8Array
}

/** The root of the first `size` leaves (RFC 9162 section 2.1.1). */
export function treeRoot(hash: MerkleHash, source: SubtreeSource, size: number): Uint8Array {
  return size === 0 ? hash() : rangeHash(hash, source, 0, size)
}

/** The inclusion proof of leaf `index` in the first `size` leaves (RFC 9162 section 2.1.3.1). */
export function inclusionProof(
  hash: MerkleHash,
  source: SubtreeSource,
  index: number,
  size: number,
): Uint8Array[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size))
    fail('ERR_INPUT_RANGE', `expected an index below ${size}, found ${index}`)
  const proof: Uint8Array[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const middle = begin + largestPowerBelow(end - begin)
    if (index < middle) {
      proof.push(rangeHash(hash, source, middle, end))
      end = middle
    } else {
      proof.push(rangeHash(hash, source, begin, middle))
      begin = middle
    }
  }
  return proof.toReversed()
}

/** The proof that the first `first` leaves are a prefix of the first `second` (RFC 9162 section 2.1.4.1). */
export function consistencyProof(
  hash: MerkleHash,
  source: SubtreeSource,
  first: number,
  second: number,
): Uint8Array[] {
  if (!(Number.isSafeInteger(first) && first >= 0 && first <= second)) {
    fail('ERR_INPUT_RANGE', `expected a first size of at most ${second}, found ${first}`)
  }
  if (first === 0 || first === second) return []
  const proof: Uint8Array[] = []
  let begin = 0
  let end = second
  let isFirstTree = true // whether [begin, …) still starts where the first tree starts (SUBPROOF's b)
  while (first !== end) {
    const middle = begin + largestPowerBelow(end - begin)
    if (first <= middle) {
      proof.push(rangeHash(hash, source, middle, end))
      end = middle
    } else {
      proof.push(rangeHash(hash, source, begin, middle))
      begin = middle
      isFirstTree = false
    }
  }
  if (!isFirstTree) proof.push(rangeHash(hash, source, begin, end))
  return proof.toReversed()
}

/** A tree held in memory, as levels of complete subtrees. */
export class MemoryTree implements SubtreeSource {
  readonly #hash: MerkleHash
  readonly #levels: Uint8Array[][] = [[]]

  constructor(hash: MerkleHash, leafHashes: Iterable<Uint8Array> = []) {
    this.#hash = hash
    for (const leaf of leafHashes) this.append(leaf)
  }

  get size(): number {
    return (this.#levels[0] as Uint8Array[]).length
  }

  append(leaf: Uint8Array): void {
    let node = leaf
    for (let level = 0; ; level++) {
      const nodes = (this.#levels[level] ??= [])
      nodes.push(node)
      if (nodes.length % 2 === 1) return
      node = nodeHash(this.#hash, nodes[nodes.length - 2] as Uint8Array, node)
    }
  }

  subtree(level: number, index: number): Uint8Array {
    return this.#levels[level]?.[index] ?? fail('ERR_INPUT_RANGE', `no complete subtree ${level}/${index}`)
  }

  root(size = this.size): Uint8Array {
    return treeRoot(this.#hash, this, size)
  }

  inclusionProof(index: number, size = this.size): Uint8Array[] {
    return inclusionProof(this.#hash, this, index, size)
  }

  consistencyProof(first: number, second = this.size): Uint8Array[] {
    return consistencyProof(this.#hash, this, first, second)
  }
}

/** The root of leaves [begin, end), where `begin` is a multiple of the largest power of two that fits. */
function rangeHash(hash: MerkleHash, source: SubtreeSource, begin: number, end: number): Uint8Array {
  const width = end - begin
  if (width === 1) return source.subtree(0, begin)
  const half = largestPowerBelow(width)
  if (width === 2 * half) return source.subtree(Math.log2(width), begin / width)
  const middle = begin + half
  return nodeHash(hash, rangeHash(hash, source, begin, middle), rangeHash(hash, source, middle, end))
}

/** The largest power of two smaller than `width`, for `width` ≥ 2. */
function largestPowerBelow(width: number): number {
  let power = 1
  while (2 * power < width) power *= 2
  return power
}
