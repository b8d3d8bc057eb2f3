import { compareBytes } from '@mixun/core/bytes'
import { fail, type MixunError } from '@mixun/core/errors'
import { type Checkpoint, openCheckpoint, type SignedCheckpoint } from '../checkpoint/checkpoint.ts'
import { type ForkProof, forkError } from '../checkpoint/fork.ts'
import type { ReadableEntry } from '../ledger/payloads.ts'
import type { LedgerFile } from './ledger-file.ts'

/** Whether the tree on file has this root at this size. @throws ERR_INPUT_RANGE for a size beyond it */
export function isOwnTree(file: LedgerFile, { size, root }: Checkpoint): boolean {
  return compareBytes(file.root(size), root) === 0
}

/**
 * The tree on file is that of the checkpoint, whose signature is checked already.
 *
 * @throws ERR_LEDGER_FORK with the proof; ERR_INPUT_RANGE for a size beyond the tree
 */
export function requireOwnTree(file: LedgerFile, checkpoint: SignedCheckpoint): void {
  if (isOwnTree(file, checkpoint)) return
  const last = file.lastCheckpoint()
  throw forkError(last, checkpoint, 'inconsistent', { proof: proofAgainst(file, checkpoint, last) })
}

/**
 * A ledger that shows a smaller tree than before: with the proof that this one continues it, so that the two checkpoints
 * alone are no fork.
 */
export function rollbackError(file: LedgerFile, head: SignedCheckpoint): MixunError {
  const last = file.lastCheckpoint()
  return forkError(last, head, 'rollback', { proof: proofAgainst(file, head, last) })
}

/**
 * The beacon of an audit sample is a checkpoint of this tree and before its entry: of another one its signers could try
 * out as many as they like, and one that is ahead would draw intents that are still to be made.
 *
 * @param index of the entry
 * @throws ERR_AUDIT_SAMPLE, ERR_LEDGER_FORK
 */
export function requireOwnBeacon(file: LedgerFile, entry: ReadableEntry, index: number): void {
  if (entry.kind !== 'audit-sample') return
  const { to, note } = entry.payload
  if (to > index) fail('ERR_AUDIT_SAMPLE', `expected a beacon before entry ${index}, found one of size ${to}`)
  requireOwnTree(file, openCheckpoint(file.verifierKey, note))
}

/** Complete when the own checkpoint is the larger one: then its tree is here, and has another root at that size. */
function proofAgainst(
  file: LedgerFile,
  { size }: Checkpoint,
  last: SignedCheckpoint | null,
): ForkProof | null {
  if (last === null || last.size < size) return null
  return { rootThere: file.root(size), nodes: file.proveConsistency(size, last.size) }
}
