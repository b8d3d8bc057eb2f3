import { fail } from '@mixun/core/errors'
import { nodeHash, type SubtreeSource } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'

/** The Merkle tree over a whole table: every level in one buffer, as a million small ones would cost gigabytes. */
export class FlatTree implements SubtreeSource {
  readonly #hashBytes: number
  readonly #levels: Uint8Array[] = []

  /** @param leaves leaf hashes, one after the other; owned by the tree from here on */
  constructor(suite: Suite, leaves: Uint8Array) {
    const width = suite.hashBytes
    this.#hashBytes = width
    let nodes = leaves
    this.#levels.push(nodes)
    for (let count = (leaves.length / width) >> 1; count >= 1; count >>= 1) {
      const parents = new Uint8Array(count * width)
      for (let i = 0; i < count; i++) {
        const left = nodes.subarray(2 * i * width, (2 * i + 1) * width)
        const right = nodes.subarray((2 * i + 1) * width, (2 * i + 2) * width)
        parents.set(nodeHash(suite.hash, left, right), i * width)
      }
      this.#levels.push(parents)
      nodes = parents
    }
  }

  subtree(level: number, index: number): Uint8Array {
    const width = this.#hashBytes
    const node = this.#levels[level]?.slice(index * width, (index + 1) * width)
    if (node?.length !== width) fail('ERR_INPUT_RANGE', `no complete subtree ${level}/${index}`)
    return node
  }
}
