import { nodeHash } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'

/** The root of a tree whose leaves come one after the other (RFC 9162 section 2.1.1), in one hash a level. */
export class RunningRoot {
  readonly #suite: Suite
  /** The complete subtree of each level that waits for its right neighbour. */
  readonly #edge: (Uint8Array | null)[] = []

  constructor(suite: Suite) {
    this.#suite = suite
  }

  append(leaf: Uint8Array): void {
    let node = leaf
    for (let level = 0; ; level++) {
      const left = this.#edge[level] ?? null
      if (left === null) {
        this.#edge[level] = node
        return
      }
      this.#edge[level] = null
      node = nodeHash(this.#suite.hash, left, node)
    }
  }

  root(): Uint8Array {
    let root: Uint8Array | null = null
    for (const node of this.#edge) {
      if (node !== null) root = root === null ? node : nodeHash(this.#suite.hash, node, root)
    }
    return root ?? this.#suite.hash()
  }
}
