import { Writer } from '@mixun/core/codec'
import { utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import type { JointTableId } from './commitment.ts'
import { ENTRY_BYTES } from './params.ts'

const HANDLE = utf8('handle')

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
  return handleUnder(suite, handleSalt(id, publicKey), output)
}

/** What all handles of a version are extracted under. */
export function handleSalt(id: JointTableId, publicKey: Uint8Array): Uint8Array {
  return new Writer()
    .bytes16(utf8('mixun-joint-table'))
    .bytes16(utf8(id.provider))
    .bytes16(utf8(id.dataset))
    .uint64(id.version)
    .bytes16(publicKey)
    .finish()
}

/** {@link subjectHandle} under the salt of {@link handleSalt}: for many of one version. Secret. */
export function handleUnder(suite: Suite, salt: Uint8Array, output: Uint8Array): Uint8Array {
  return suite.hkdfExpand(suite.hkdfExtract(salt, output), HANDLE, ENTRY_BYTES)
}
