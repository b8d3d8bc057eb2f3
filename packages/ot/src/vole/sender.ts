import { concat, equalConstantTime } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { SparseKernelFactory } from '@mixun/core/sparse'
import { viewWords, viewBytes, xorWords, copyWords } from '../blocks/words.ts'
import type { SentOts } from '../ot-extension/index.ts'
import { deriveBytes, treePermutations } from './derive.ts'
import { encodeDual } from './code.ts'
import { addElements, innerProduct, packElements, weightedSum } from './field.ts'
import type { ChallengeMessage, TreesMessage } from './messages.ts'
import { ELEMENT_BYTES, type VoleParameters, type VoleShape } from './params.ts'
import { growTree } from './tree.ts'

/** What the sender has of a VOLE: Δ and v, where the receiver has u and w = Δ · u + v. Secret. */
export interface SentVole {
  readonly delta: Uint8Array
  /** 16 bytes an element. */
  readonly v: Uint8Array
}

/** The sender between its message and the end; secret. */
export interface VoleSenderState {
  readonly parameters: VoleParameters
  readonly shape: VoleShape
  readonly delta: Uint8Array
  /** All leaves of all trees. */
  readonly leaves: Uint8Array
  /** The base element that masks the check. */
  readonly mask: Uint8Array
}

/** What the sender needs of OT extension. */
export interface VoleSenderBase {
  readonly delta: Uint8Array
  /** Rows of trees + 1 base elements, 128 each. */
  readonly rows: Uint8Array
  /** An OT for each level of each tree, in the order that the receiver's choices ask for. */
  readonly ots: SentOts
}

/** Grows all trees. @param tag of the session, equal on both sides and never used before */
export function growTrees(
  parameters: VoleParameters,
  shape: VoleShape,
  tag: Uint8Array,
  { delta, rows, ots }: VoleSenderBase,
  random: RandomSource,
  makeKernel: SparseKernelFactory,
): { state: VoleSenderState; message: TreesMessage } {
  const { trees } = parameters
  const base = packElements(rows, trees + 1, makeKernel)
  const leaves = new Uint8Array(ELEMENT_BYTES * shape.length)
  const roots = random.bytes(ELEMENT_BYTES * trees)
  const sums: Uint8Array[] = []
  const corrections: Uint8Array[] = []
  for (let tree = 0; tree < trees; tree++) {
    const grown = growTree(treePermutations(tag, tree), elementAt(roots, tree).slice(), shape.leaves)
    leaves.set(grown.leaves, ELEMENT_BYTES * shape.leaves * tree)
    sums.push(...grown.sums)
    corrections.push(addElements(grown.total, elementAt(base, tree)))
  }
  const masked = copyWords(concat(...sums))
  xorWords(masked, viewWords(pairsOf(ots)))
  return {
    state: { parameters, shape, delta, leaves, mask: elementAt(base, trees).slice() },
    message: { sums: viewBytes(masked), corrections: concat(...corrections) },
  }
}

/**
 * What the receiver's answer must be if all trees were grown right: Σ weight · leaf, plus its mask and Δ times its masked
 * sum (eprint 2020/925, consistency check of the single-point VOLE, for all trees at once).
 */
export function expectedAnswer(
  { leaves, mask, delta }: VoleSenderState,
  { seed, masked }: ChallengeMessage,
  makeKernel: SparseKernelFactory,
): Uint8Array {
  const sum = weightedSum(seed, leaves, makeKernel)
  return addElements(addElements(sum, mask), innerProduct(delta, masked))
}

/** Commits to the expected answer, so that the sender cannot take the receiver's for its own. */
export function commitAnswer(answer: Uint8Array, nonce: Uint8Array): Uint8Array {
  return deriveBytes('answer', nonce, answer)
}

/** @throws ERR_VERIFY_VOLE */
export function checkAnswer(expected: Uint8Array, answer: Uint8Array): void {
  if (!equalConstantTime(expected, answer))
    fail('ERR_VERIFY_VOLE', 'expected the answer of an honest receiver')
}

/** The sender's result. */
export function finishSender(
  { parameters, shape, delta, leaves }: VoleSenderState,
  makeKernel: SparseKernelFactory,
): SentVole {
  const [v] = encodeDual(parameters, shape, [leaves], makeKernel) as [Uint8Array]
  leaves.fill(0)
  return { delta, v }
}

/** zero ‖ one of each OT. */
function pairsOf({ count, zeros, ones }: SentOts): Uint8Array {
  const pairs = new Uint8Array(2 * ELEMENT_BYTES * count)
  for (let i = 0; i < count; i++) {
    pairs.set(elementAt(zeros, i), 2 * ELEMENT_BYTES * i)
    pairs.set(elementAt(ones, i), 2 * ELEMENT_BYTES * i + ELEMENT_BYTES)
  }
  return pairs
}

function elementAt(elements: Uint8Array, i: number): Uint8Array {
  return elements.subarray(ELEMENT_BYTES * i, ELEMENT_BYTES * (i + 1))
}
