import { utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import { type JointTableCommitment, jointTableCommitmentCodec } from '../joint-table/index.ts'

/** What a statement calls a table by: the hash of its commitment with its proof, 32 bytes. */
export function jointCommitmentDigest(suite: Suite, commitment: JointTableCommitment): Uint8Array {
  return suite.hash(utf8('mixun-joint-commitment\0'), jointTableCommitmentCodec.encode(commitment))
}
