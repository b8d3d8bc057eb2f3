import { fail } from '@mixun/core/errors'
import { nodeHash, type SubtreeSource } from '@mixun/core/merkle'
import { sha256TreeLevel } from '@mixun/core/sha256-batch'
import type { Suite } from '@mixun/core/suite'

/** The Merkle tree over a whole table: every level in one buffer, as a million small ones would cost gigabytes. */
export class FlatTree implements SubtreeSource {
  readonly #hashBytes: number
  readonly #levels: Uint8Array[] = []

  /** @param leaves leaf hashes, one after the other; owned by the tree from here on */
  constructor(suite: Suite, leaves: Uint8Array) {
    const width = suite.hashBytes
    this.#hashBytes = width
    this.#levels.push(leaves)
    for (let nodes = leaves; nodes.length >= 2 * width; this.#levels.push(nodes)) {
      nodes = levelAbove(suite, nodes)
    }
  }

  subtree(level: number, index: number): Uint8Array {
    const width = this.#hashBytes
    const node = this.#levels[level]?.slice(index * width, (index + 1) * width)
    if (node?.length !== width) fail('ERR_INPUT_RANGE', `no complete subtree ${level}/${index}`)
    return node
  }
}

/** The hashes of each two neighbours. */
function levelAbove(suite: Suite, nodes: Uint8Array): Uint8Array {
  if (suite.hashName === 'SHA-256') return sha256TreeLevel(nodes)
  const width = suite.hashBytes
  const parents = new Uint8Array(Math.floor(nodes.length / (2 * width)) * width)
  for (let from = 0, to = 0; to < parents.length; from += 2 * width, to += width) {
    const [left, right] = [nodes.subarray(from, from + width), nodes.subarray(from + width, from + 2 * width)]
    parents.set(nodeHash(suite.hash, left, right), to)
  }
  return parents
}
