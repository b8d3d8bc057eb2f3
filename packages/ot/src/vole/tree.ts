/**
 * Punctured pseudorandom functions by the tree of Goldreich, Goldwasser and Micali, cut off behind the last leaf that is
 * needed. The sender grows a tree from its root and sums the left and the right children of every level; with one of both
 * sums a level the receiver grows all but the path to one leaf (eprint 2019/1159).
 *
 * Every node has both children or none, and one above the last level that has none counts as a leaf that nobody uses. So
 * every path that a receiver can choose has its hole, and no receiver knows the total, which hides the base element.
 */
import type { Permutation } from '@mixun/core/aes'
import { viewBytes, viewWords, xorWords } from '../blocks/words.ts'

const WORDS = 4

type Permutations = readonly [Permutation, Permutation]

/** All leaves, of each level the sums of its left and its right nodes, and the total of all leaves, used or not; secret. */
export function growTree(
  permutations: Permutations,
  root: Uint8Array,
  leaves: number,
): { leaves: Uint8Array; sums: Uint8Array[]; total: Uint8Array } {
  const sums: Uint8Array[] = []
  const total = new Int32Array(WORDS)
  let level = viewWords(root)
  for (const needed of widths(leaves)) {
    level = childrenOf(permutations, level, needed)
    sums.push(sumOfSide(level, 0), sumOfSide(level, 1))
    addUnused(total, level, needed)
  }
  return { ...usedOf(level, leaves, total), sums }
}

/**
 * All leaves but the one at `hole`, which is zero, and their total.
 *
 * @param sums of each level the sum of the side that the path to the hole does not take
 */
export function growPuncturedTree(
  permutations: Permutations,
  sums: readonly Uint8Array[],
  hole: number,
  leaves: number,
): { leaves: Uint8Array; total: Uint8Array } {
  const total = new Int32Array(WORDS)
  const depth = sums.length
  let level: Int32Array = new Int32Array(WORDS)
  for (const [l, needed] of widths(leaves).entries()) {
    const path = hole >>> (depth - l - 1)
    const sibling = path ^ 1
    level = childrenOf(permutations, level, needed)
    level.fill(0, WORDS * path, WORDS * (path + 1))
    // Only the path of a cheat leaves the tree: its hole was the unused node that it came by.
    if (WORDS * sibling < level.length) {
      level.fill(0, WORDS * sibling, WORDS * (sibling + 1))
      const node = viewWords(sumOfSide(level, sibling & 1))
      xorWords(node, viewWords(sums[l] as Uint8Array))
      level.set(node, WORDS * sibling)
    }
    addUnused(total, level, needed)
  }
  return usedOf(level, leaves, total)
}

/** Whether the path to a leaf turns right at each level. */
export function pathBits(leaf: number, depth: number): number[] {
  return Array.from({ length: depth }, (_, l) => (leaf >>> (depth - l - 1)) & 1)
}

/** The leaves that are used, and the total with them. */
function usedOf(
  level: Int32Array,
  leaves: number,
  total: Int32Array,
): { leaves: Uint8Array; total: Uint8Array } {
  for (let i = 0; i < leaves; i++) addNode(total, level, WORDS * i)
  return { leaves: viewBytes(level.slice(0, WORDS * leaves)), total: viewBytes(total) }
}

/** Adds the node behind the last one that is needed, where there is one. */
function addUnused(total: Int32Array, level: Int32Array, needed: number): void {
  if (WORDS * needed < level.length) addNode(total, level, WORDS * needed)
}

/** Nodes of each level under the root that are needed; where the number is odd there is one more, its last one's sibling. */
function widths(leaves: number): number[] {
  const depth = Math.ceil(Math.log2(leaves))
  return Array.from({ length: depth }, (_, l) => Math.ceil(leaves / 2 ** (depth - l - 1)))
}

/** Both children of as many nodes as have one that is needed. */
function childrenOf(permutations: Permutations, level: Int32Array, needed: number): Int32Array {
  const width = needed + (needed & 1)
  const [left, right] = permutations.map(permutation => viewWords(permutation(viewBytes(level)))) as [
    Int32Array,
    Int32Array,
  ]
  const children = new Int32Array(WORDS * width)
  for (let node = 0; node < width; node++) {
    const side = (node & 1) === 0 ? left : right
    const from = WORDS * (node >>> 1)
    const to = WORDS * node
    children[to] = (side[from] as number) ^ (level[from] as number)
    children[to + 1] = (side[from + 1] as number) ^ (level[from + 1] as number)
    children[to + 2] = (side[from + 2] as number) ^ (level[from + 2] as number)
    children[to + 3] = (side[from + 3] as number) ^ (level[from + 3] as number)
  }
  return children
}

function sumOfSide(level: Int32Array, side: number): Uint8Array {
  const sum = new Int32Array(WORDS)
  for (let i = WORDS * side; i < level.length; i += 2 * WORDS) addNode(sum, level, i)
  return viewBytes(sum)
}

function addNode(sum: Int32Array, level: Int32Array, at: number): void {
  sum[0] = (sum[0] as number) ^ (level[at] as number)
  sum[1] = (sum[1] as number) ^ (level[at + 1] as number)
  sum[2] = (sum[2] as number) ^ (level[at + 2] as number)
  sum[3] = (sum[3] as number) ^ (level[at + 3] as number)
}
