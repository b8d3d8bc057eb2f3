import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { consistencyProof, inclusionProof, nodeHash, treeRoot } from '@mixun/core/merkle'
import type { Suite } from '@mixun/core/suite'
import { entryLeafHash } from '../ledger/entry.ts'
import type { EntryStore } from './entry-store.ts'

/** The RFC 9162 tree over the entries of a file, by its stored nodes. */
export class StoredTree {
  readonly #suite: Suite
  readonly #store: EntryStore
  readonly #size: () => number
  /** The newest node of each level, while a write is under way. */
  readonly #edge = new Map<number, Uint8Array>()

  /** @param size entries on file, with those of a write that is under way */
  constructor(suite: Suite, store: EntryStore, size: () => number) {
    this.#suite = suite
    this.#store = store
    this.#size = size
  }

  /** @throws ERR_INPUT_RANGE for a size beyond the tree */
  root(size: number): Uint8Array {
    this.#requireSize(size)
    return treeRoot(this.#suite.hash, this.#store, size)
  }

  /** @throws ERR_LEDGER_CORRUPT when there is none */
  leafHash(index: number): Uint8Array {
    return this.#store.subtree(0, index)
  }

  /** @throws ERR_INPUT_RANGE */
  proveInclusion(index: number, treeSize: number): Uint8Array[] {
    this.#requireSize(treeSize)
    return inclusionProof(this.#suite.hash, this.#store, index, treeSize)
  }

  /** @throws ERR_INPUT_RANGE */
  proveConsistency(firstSize: number, secondSize: number): Uint8Array[] {
    this.#requireSize(firstSize)
    this.#requireSize(secondSize)
    return consistencyProof(this.#suite.hash, this.#store, firstSize, secondSize)
  }

  /** An entry stands under its leaf. @throws ERR_LEDGER_CORRUPT */
  requireLeaf(index: number, bytes: Uint8Array): void {
    if (compareBytes(this.leafHash(index), entryLeafHash(this.#suite, bytes)) !== 0) {
      fail('ERR_LEDGER_CORRUPT', `expected entry ${index} under its leaf hash`, { details: { index } })
    }
  }

  /** Adds the next leaf; within a write, at the end of which {@link StoredTree.endWrite} is called. */
  append(leafIndex: number, leaf: Uint8Array): void {
    let node = leaf
    let index = leafIndex
    for (let level = 0; ; level++) {
      this.#store.insertNode(level, index, node)
      const left = index % 2 === 1 ? (this.#edge.get(level) ?? this.#store.subtree(level, index - 1)) : null
      this.#edge.set(level, node)
      if (left === null) return
      node = nodeHash(this.#suite.hash, left, node)
      index = (index - 1) / 2
    }
  }

  endWrite(): void {
    this.#edge.clear()
  }

  #requireSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size()) {
      fail('ERR_INPUT_RANGE', `expected a tree size of at most ${this.#size()}, found ${size}`)
    }
  }
}
