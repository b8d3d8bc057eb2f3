import { STREAM_NONCE_BYTES } from '@mixun/core/aes'
import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { BLOCK_BYTES, type OtExtensionParameters } from './params.ts'

const LABEL = 'mixun-ot-extension-2'

/** SHA-256 under a label of this protocol, in both suites: the extension is AES and SHA-256 throughout. */
export function deriveBytes(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return intl.hash(utf8(`${LABEL}-${label}\0`), ...parts)
}

/**
 * What goes into every hash of a tree: the setup's id, equal on both sides, and the tree's number. A table of hashes made
 * beforehand serves against no tree, and the hashes of one tree against no other.
 */
export function treeSalt(setupId: Uint8Array, tree: number): Uint8Array {
  return concat(setupId, i2osp(tree, 4))
}

/** Both children of a node of a tree, a block each. */
export function childrenOf(
  salt: Uint8Array,
  node: Uint8Array,
): readonly [left: Uint8Array, right: Uint8Array] {
  const both = deriveBytes('node', salt, node)
  return [both.slice(0, BLOCK_BYTES), both.slice(BLOCK_BYTES)]
}

/** The seed that a leaf stands for; the leaf itself is given to the check as well. */
export function leafSeed(salt: Uint8Array, leaf: Uint8Array): Uint8Array {
  return deriveBytes('leaf', salt, leaf).slice(0, BLOCK_BYTES)
}

/** The check value of a leaf: 32 bytes. */
export function leafCheck(salt: Uint8Array, leaf: Uint8Array): Uint8Array {
  return deriveBytes('leaf-check', salt, leaf)
}

/** A seed for one session. */
export function sessionSeed(
  parameters: OtExtensionParameters,
  tag: Uint8Array,
  seed: Uint8Array,
): Uint8Array {
  return deriveBytes('session-seed', utf8(`${parameters.id}\0`), tag, seed).slice(0, BLOCK_BYTES)
}

/** The nonce of a session's streams, public: a key that is tried is tried against the streams of one session. */
export function streamNonce(tag: Uint8Array): Uint8Array {
  return deriveBytes('stream-nonce', tag).slice(0, STREAM_NONCE_BYTES)
}

/** What the public keys of the permutations under a chunk's hash are drawn from: others for every chunk. */
export function hashSeed(parameters: OtExtensionParameters, tag: Uint8Array, index: number): Uint8Array {
  return deriveBytes('hash-keys', utf8(`${parameters.id}\0`), tag, i2osp(index, 4)).slice(0, BLOCK_BYTES)
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
