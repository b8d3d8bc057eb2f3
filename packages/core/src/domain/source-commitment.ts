import { utf8 } from '../bytes/index.ts'
import { Writer } from '../codec/index.ts'
import type { Suite } from '../suite/index.ts'

/** How the source digest in a record opens: what its reporter shows when the source is challenged. Secret until then. */
export interface SourceOpening {
  /** Digest of the source, 32 bytes; without the salt it could be found by guessing. */
  readonly digest: Uint8Array
  /** 32 bytes, of this record. */
  readonly salt: Uint8Array
}

/** What a published record says of its source: commits to it, and tells a reader who can guess it nothing. */
export function saltedSourceDigest(suite: Suite, { digest, salt }: SourceOpening): Uint8Array {
  return suite.hash(new Writer().bytes16(utf8('mixun-source-1')).bytes16(salt).bytes16(digest).finish())
}
