import { aes128Stream, type Stream } from '@mixun/core/aes'
import type { Leaves } from './trees.ts'
import type { Workspace } from './workspace.ts'

/**
 * The pseudorandom streams of all leaves of all trees of a session, folded tree by tree into u and k columns
 * (small-field VOLE, eprint 2022/192, figure 7).
 */
export class LeafStreams {
  readonly #k: number
  /** Of each tree its streams, null for the leaf that is missing. */
  readonly #trees: readonly (readonly (Stream | null)[])[]

  /**
   * @param nonce of the session
   * @param isPunctured whether the first leaf of every tree is missing: it counts as zeros
   */
  constructor(k: number, trees: readonly Leaves[], nonce: Uint8Array, isPunctured: boolean) {
    this.#k = k
    this.#trees = trees.map(leaves =>
      leaves.map((leaf, x) => (isPunctured && x === 0 ? null : aes128Stream(leaf, 0, nonce))),
    )
  }

  get trees(): number {
    return this.#trees.length
  }

  /** The next `bytes` bytes of every stream of a tree: u to `workspace.u`, its columns to where they belong. */
  fold(workspace: Workspace, tree: number, bytes: number): void {
    const { kernel, leaves, u, columns } = workspace
    for (const [x, stream] of (this.#trees[tree] ?? []).entries()) {
      const at = leaves + x * bytes
      if (stream === null) kernel.memory.fill(0, at, at + bytes)
      else stream(bytes, kernel.memory.subarray(at, at + bytes))
    }
    kernel.fold(this.#k, u, columns + tree * this.#k * bytes, leaves, bytes, bytes)
  }
}
