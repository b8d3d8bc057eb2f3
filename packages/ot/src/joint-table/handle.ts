import { Writer } from '@mixun/core/codec'
import { utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import type { JointTableId } from './commitment.ts'
import { ENTRY_BYTES } from './params.ts'

/**
 * `h = Expand(Extract("mixun-joint-table" ‖ provider ‖ data set ‖ version ‖ pk, y), "handle")`, 16 bytes: what a subject
 * with OPRF output y is called in one version of a table. Secret: who has it finds the entry.
 */
export function subjectHandle(
  suite: Suite,
  id: JointTableId,
  publicKey: Uint8Array,
  output: Uint8Array,
): Uint8Array {
  const salt = new Writer()
    .bytes16(utf8('mixun-joint-table'))
    .bytes16(utf8(id.provider))
    .bytes16(utf8(id.dataset))
    .uint64(id.version)
    .bytes16(publicKey)
    .finish()
  return suite.hkdfExpand(suite.hkdfExtract(salt, output), utf8('handle'), ENTRY_BYTES)
}
