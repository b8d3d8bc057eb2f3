import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { BLOCK_BYTES, type OtExtensionParameters } from './params.ts'

const LABEL = 'mixun-ot-extension-1'

/** SHA-256 under a label of this protocol, in both suites: the extension is AES and SHA-256 throughout. */
export function deriveBytes(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return intl.hash(utf8(`${LABEL}-${label}\0`), ...parts)
}

/** Both children of a node of a tree, a block each. */
export function childrenOf(node: Uint8Array): readonly [left: Uint8Array, right: Uint8Array] {
  const both = deriveBytes('node', node)
  return [both.slice(0, BLOCK_BYTES), both.slice(BLOCK_BYTES)]
}

/** The seed that a leaf stands for; the leaf itself is given to the check as well. */
export function leafSeed(leaf: Uint8Array): Uint8Array {
  return deriveBytes('leaf', leaf).slice(0, BLOCK_BYTES)
}

/** The check value of a leaf: 32 bytes. */
export function leafCheck(leaf: Uint8Array): Uint8Array {
  return deriveBytes('leaf-check', leaf)
}

/** A seed for one session. */
export function sessionSeed(
  parameters: OtExtensionParameters,
  tag: Uint8Array,
  seed: Uint8Array,
): Uint8Array {
  return deriveBytes('session-seed', utf8(`${parameters.id}\0`), tag, seed).slice(0, BLOCK_BYTES)
}

/** The public key of the permutation under the session's hash: another for every session. */
export function hashKey(parameters: OtExtensionParameters, tag: Uint8Array): Uint8Array {
  return deriveBytes('hash-key', utf8(`${parameters.id}\0`), tag).slice(0, BLOCK_BYTES)
}

/** The challenge of a chunk by Fiat–Shamir: after the matrix is fixed, and bound to session, position and size. */
export function challengeSeed(
  parameters: OtExtensionParameters,
  tag: Uint8Array,
  index: number,
  count: number,
  corrections: Uint8Array,
): Uint8Array {
  const place = concat(utf8(`${parameters.id}\0`), tag, i2osp(index, 4), i2osp(count, 4))
  return deriveBytes('challenge', place, corrections).slice(0, BLOCK_BYTES)
}
