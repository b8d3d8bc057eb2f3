import { aes128Permutation, type Permutation } from '@mixun/core/aes'
import { i2osp, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import type { VoleParameters, VoleShape } from './params.ts'

const LABEL = 'mixun-vole-1'

/** SHA-256 under a label of this protocol, in both suites. */
export function deriveBytes(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return intl.hash(utf8(`${LABEL}-${label}\0`), ...parts)
}

/** The two public permutations of one tree of one session: x ↦ π(x) + x gives a node's child on either side. */
export function treePermutations(tag: Uint8Array, tree: number): readonly [Permutation, Permutation] {
  const keys = deriveBytes('tree', tag, i2osp(tree, 4))
  return [aes128Permutation(keys.subarray(0, 16)), aes128Permutation(keys.subarray(16))]
}

/** The public seed of a part of the code of this size. */
export function codeSeed({ id }: VoleParameters, { outputs }: VoleShape, part: string): Uint8Array {
  return deriveBytes('code', utf8(`${id}\0${part}\0`), i2osp(outputs, 4)).slice(0, 16)
}
