/**
 * Punctured trees: k base OTs become one of 2^k leaves less one (eprint 2022/192, the PPRF and its consistency check;
 * the tree is that of Goldreich, Goldwasser and Micali). The receiver of the extension, who sends the base OTs, grows
 * whole trees; the sender grows each but for the leaf Δ[i], k bits of Δ.
 *
 * Nodes of level l are numbered by l bits, and the branch to the next level is bit l. The sender numbers from its own
 * leaf: node p stands at p ⊕ Δ[i], so that what it lacks is always at 0, and no address depends on Δ.
 */
import { concat, equalConstantTime } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { BaseOtPairs } from '../base-ot/index.ts'
import { CHECK_BYTES, hasTreeCheck } from './codec.ts'
import { childrenOf, deriveBytes, leafCheck, leafSeed, treeSalt } from './derive.ts'
import { addTo, select, swapIf } from './masks.ts'
import type { TreesMessage } from './messages.ts'
import { BLOCK_BYTES, type OtExtensionParameters } from './params.ts'

/** The leaves of a tree, 2^k seeds; of a punctured one, the first is zero and missing. */
export type Leaves = readonly Uint8Array[]

/** Grows all trees of a setup from both messages of the base OTs, k a tree. */
export function growTrees(
  parameters: OtExtensionParameters,
  id: Uint8Array,
  base: BaseOtPairs,
): { leaves: Leaves[]; message: TreesMessage } {
  const { k, trees } = parameters
  const corrections: Uint8Array[] = []
  const sums: Uint8Array[] = []
  const checks: Uint8Array[] = []
  const leaves = Array.from({ length: trees }, (_, tree) => {
    const salt = treeSalt(id, tree)
    let level: Uint8Array[] = [blockAt(base.zeros, k * tree), blockAt(base.ones, k * tree)]
    for (let l = 1; l < k; l++) {
      const children = level.map(node => childrenOf(salt, node))
      const keys = [blockAt(base.zeros, k * tree + l), blockAt(base.ones, k * tree + l)] as const
      for (const side of [0, 1] as const) {
        for (const pair of children) addTo(keys[side], pair[side])
        corrections.push(keys[side])
      }
      level = [...children.map(([left]) => left), ...children.map(([, right]) => right)]
    }
    if (hasTreeCheck(parameters)) {
      const values = level.map(leaf => leafCheck(salt, leaf))
      sums.push(sumOf(values))
      checks.push(...values)
    }
    return hasTreeCheck(parameters) ? level.map(leaf => leafSeed(salt, leaf)) : level
  })
  const digest = hasTreeCheck(parameters) ? deriveBytes('trees', id, ...checks) : new Uint8Array(0)
  return { leaves, message: { corrections: concat(...corrections), sums: concat(...sums), digest } }
}

/**
 * Grows the punctured trees from the base OTs of the complement of Δ.
 *
 * @param base a block a bit of Δ: the message of the other bit
 * @param deltaBits 128 bits, a number each; secret
 * @throws ERR_VERIFY_OT_EXTENSION when the trees are not those that were checked: Δ must never be used again
 */
export function growPuncturedTrees(
  parameters: OtExtensionParameters,
  id: Uint8Array,
  base: Uint8Array,
  deltaBits: readonly number[],
  message: TreesMessage,
): Leaves[] {
  const { k, trees } = parameters
  const checks: Uint8Array[] = []
  const leaves = Array.from({ length: trees }, (_, tree) => {
    const salt = treeSalt(id, tree)
    const bits = deltaBits.slice(k * tree, k * (tree + 1))
    let level: Uint8Array[] = [new Uint8Array(BLOCK_BYTES), blockAt(base, k * tree)]
    for (const [i, bit] of bits.slice(1).entries()) {
      const at = 2 * (tree * (k - 1) + i)
      const sibling = blockAt(base, k * tree + i + 1)
      // The masked sum of the side that Δ does not take.
      addTo(sibling, select(bit, blockAt(message.corrections, at + 1), blockAt(message.corrections, at)))
      const children = level.map(node => {
        const [left, right] = childrenOf(salt, node)
        swapIf(bit, left, right)
        return [left, right] as const
      })
      // The node at 0 is missing: both its children are, and the sum gives the one that is not on Δ's path.
      for (const [, off] of children.slice(1)) addTo(sibling, off)
      const on = [new Uint8Array(BLOCK_BYTES), ...children.slice(1).map(([first]) => first)]
      level = [...on, sibling, ...children.slice(1).map(([, second]) => second)]
    }
    if (!hasTreeCheck(parameters)) return level
    const values = [sumAt(message.sums, tree), ...level.slice(1).map(leaf => leafCheck(salt, leaf))]
    const missing = values[0] as Uint8Array
    for (const value of values.slice(1)) addTo(missing, value)
    checks.push(...inTheirOrder(values, bits))
    return [new Uint8Array(BLOCK_BYTES), ...level.slice(1).map(leaf => leafSeed(salt, leaf))]
  })
  if (hasTreeCheck(parameters) && !equalConstantTime(deriveBytes('trees', id, ...checks), message.digest)) {
    fail('ERR_VERIFY_OT_EXTENSION', 'expected trees that pass their check')
  }
  return leaves
}

/** Values that stand at p ⊕ Δ[i] back at p: one round of swaps a bit. */
function inTheirOrder(values: readonly Uint8Array[], bits: readonly number[]): Uint8Array[] {
  const ordered = values.map(value => value.slice())
  for (const [l, bit] of bits.entries()) {
    for (const [p, value] of ordered.entries()) {
      if ((p >>> l) % 2 === 0) swapIf(bit, value, ordered[p + 2 ** l] as Uint8Array)
    }
  }
  return ordered
}

function sumOf(values: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(CHECK_BYTES)
  for (const value of values) addTo(sum, value)
  return sum
}

/** A copy of block `i`. */
function blockAt(blocks: Uint8Array, i: number): Uint8Array {
  return blocks.slice(BLOCK_BYTES * i, BLOCK_BYTES * (i + 1))
}

function sumAt(sums: Uint8Array, tree: number): Uint8Array {
  return sums.slice(CHECK_BYTES * tree, CHECK_BYTES * (tree + 1))
}
