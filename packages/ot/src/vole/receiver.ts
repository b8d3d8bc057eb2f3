import { concat, equalConstantTime } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { SparseKernelFactory } from '@mixun/core/sparse'
import { bitBytes } from '../base-ot/index.ts'
import type { ReceivedOts } from '../ot-extension/index.ts'
import { encodeDual } from './code.ts'
import { treePermutations } from './derive.ts'
import { addElements, innerProduct, packElements, weightedSum, weightsOf } from './field.ts'
import type { ChallengeMessage, TreesMessage } from './messages.ts'
import { ELEMENT_BYTES, type VoleParameters, type VoleShape } from './params.ts'
import { commitAnswer } from './sender.ts'
import { growPuncturedTree, pathBits } from './tree.ts'

/** What the receiver has of a VOLE: u, uniform, and w = Δ · u + v. Secret. */
export interface ReceivedVole {
  /** 16 bytes an element, as w. */
  readonly u: Uint8Array
  readonly w: Uint8Array
}

/** Where the noise of the receiver lies: a leaf of each tree. Secret. */
export type NoisePositions = readonly number[]

/** The receiver behind the trees; secret. */
export interface VoleReceiverState {
  readonly parameters: VoleParameters
  readonly shape: VoleShape
  readonly positions: NoisePositions
  /** An element a tree: the noise. */
  readonly noise: Uint8Array
  /** Δ · noise + leaves. */
  readonly sums: Uint8Array
  /** The base element that masks the check: its u and w. */
  readonly mask: { readonly u: Uint8Array; readonly w: Uint8Array }
}

/** A leaf of each tree, uniform up to 2^-29. */
export function drawPositions(
  { trees }: VoleParameters,
  { leaves }: VoleShape,
  random: RandomSource,
): NoisePositions {
  const draws = new DataView(random.bytes(8 * trees).buffer)
  return Array.from({ length: trees }, (_, tree) => {
    const draw = draws.getUint32(8 * tree) * 2 ** 21 + (draws.getUint32(8 * tree + 4) >>> 11)
    return draw % leaves
  })
}

/** The choice of each OT: at each level of each tree the side that its path does not take. Packed bits. */
export function treeChoices(positions: NoisePositions, { depth }: VoleShape): Uint8Array {
  const choices = new Uint8Array(bitBytes(positions.length * depth))
  for (const [tree, position] of positions.entries()) {
    for (const [l, bit] of pathBits(position, depth).entries()) {
      const at = tree * depth + l
      choices[at >>> 3] = (choices[at >>> 3] as number) | ((bit ^ 1) << (at & 7))
    }
  }
  return choices
}

/**
 * Grows the punctured trees and puts the noise into them.
 *
 * @param base choice bits and rows of trees + 1 base elements
 * @param ots the chosen messages of the OTs
 */
export function growPuncturedTrees(
  parameters: VoleParameters,
  shape: VoleShape,
  tag: Uint8Array,
  positions: NoisePositions,
  { base, ots }: { base: ReceivedOts; ots: ReceivedOts },
  message: TreesMessage,
  makeKernel: SparseKernelFactory,
): VoleReceiverState {
  const { trees } = parameters
  const { depth, leaves } = shape
  const w = packElements(base.messages, trees + 1, makeKernel)
  const sums = new Uint8Array(ELEMENT_BYTES * shape.length)
  for (const [tree, position] of positions.entries()) {
    const levels = pathBits(position, depth).map((bit, l) => {
      const at = tree * depth + l
      return addElements(elementAt(message.sums, 2 * at + (bit ^ 1)), elementAt(ots.messages, at))
    })
    const grown = growPuncturedTree(treePermutations(tag, tree), levels, position, leaves)
    const rest = addElements(grown.total, elementAt(message.corrections, tree))
    grown.leaves.set(addElements(rest, elementAt(w, tree)), ELEMENT_BYTES * position)
    sums.set(grown.leaves, ELEMENT_BYTES * leaves * tree)
  }
  // The choice bits of 128 OTs are the element that their packed rows belong to.
  const u = base.choices
  const mask = { u: elementAt(u, trees).slice(), w: elementAt(w, trees).slice() }
  return { parameters, shape, positions, noise: u.slice(0, ELEMENT_BYTES * trees), sums, mask }
}

/** What the sender is asked to prove, and the receiver's own answer to it. */
export function challenge(
  state: VoleReceiverState,
  random: RandomSource,
  makeKernel: SparseKernelFactory,
): { message: ChallengeMessage; answer: Uint8Array } {
  const seed = random.bytes(ELEMENT_BYTES)
  const { positions, shape, noise, sums, mask } = state
  const weights = positions.map((position, tree) => weightsOf(seed, tree * shape.leaves + position, 1))
  const masked = addElements(innerProduct(concat(...weights), noise), mask.u)
  return { message: { seed, masked }, answer: addElements(weightedSum(seed, sums, makeKernel), mask.w) }
}

/** Whether the sender was bound to the receiver's answer before it saw it. @throws ERR_VERIFY_VOLE */
export function checkOpening(commitment: Uint8Array, nonce: Uint8Array, answer: Uint8Array): void {
  if (!equalConstantTime(commitAnswer(answer, nonce), commitment)) {
    fail('ERR_VERIFY_VOLE', 'expected trees that pass their check')
  }
}

/** The receiver's result. */
export function finishReceiver(
  { parameters, shape, positions, noise, sums }: VoleReceiverState,
  makeKernel: SparseKernelFactory,
): ReceivedVole {
  const sparse = new Uint8Array(ELEMENT_BYTES * shape.length)
  for (const [tree, position] of positions.entries()) {
    sparse.set(elementAt(noise, tree), ELEMENT_BYTES * (tree * shape.leaves + position))
  }
  const [u, w] = encodeDual(parameters, shape, [sparse, sums], makeKernel) as [Uint8Array, Uint8Array]
  for (const bytes of [sparse, sums, noise]) bytes.fill(0)
  return { u, w }
}

function elementAt(elements: Uint8Array, i: number): Uint8Array {
  return elements.subarray(ELEMENT_BYTES * i, ELEMENT_BYTES * (i + 1))
}
