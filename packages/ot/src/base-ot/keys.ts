import { concat, i2osp, utf8 } from '@mixun/core/bytes'
import type { Popf } from './messages.ts'
import { BLOCK_BYTES } from './params.ts'
import type { PopfPlace } from './popf.ts'

const KEY_LABEL = 'mixun-base-ot-1-key'

/** What the key of one instance and input is bound to, beside the shared point. */
export interface KeyTag {
  readonly place: PopfPlace
  readonly x: number
  readonly popf: Popf
  /** A, encoded. */
  readonly senderElement: Uint8Array
}

/**
 * The tagged key agreement (eprint 2021/682): instance and input are hashed with the encoded shared point, without which one
 * element A for the whole batch is not secure; context, A and φ go in as well.
 */
export function deriveKey({ place, x, popf, senderElement }: KeyTag, encodedShared: Uint8Array): Uint8Array {
  const { suite, id } = place.parameters
  const tag = concat(place.context, i2osp(place.index, 4), Uint8Array.of(x), senderElement, popf.string)
  const points = concat(popf.encodedElement, encodedShared)
  return suite.hash(utf8(`${KEY_LABEL}-${id}\0`), tag, points).slice(0, BLOCK_BYTES)
}
