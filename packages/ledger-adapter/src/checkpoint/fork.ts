import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { type ErrorDetails, fail, type MixunError, mixunError } from '@mixun/core/errors'
import { verifyConsistency } from '@mixun/core/merkle'
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import type { VerifierKey } from './verifier-key.ts'

/** What is known of a contradiction, besides the two checkpoints. */
export interface ForkProof {
  /** The root that the tree of the larger checkpoint has at the size of the smaller one, 32 bytes. */
  readonly rootThere: Uint8Array
  /** RFC 9162 consistency proof of that root under the larger checkpoint. */
  readonly nodes: readonly Uint8Array[]
}

/**
 * The evidence that a log contradicts itself: both signed checkpoints, as texts, in the error's details, and what shows
 * that one tree does not continue the other.
 *
 * @param first what was verified before; null before the first checkpoint
 * @param second what the log says now
 */
export function forkError(
  first: SignedCheckpoint | null,
  second: SignedCheckpoint,
  reason: 'rollback' | 'inconsistent',
  { proof, cause }: { readonly proof?: ForkProof | null; readonly cause?: unknown } = {},
): MixunError {
  const firstSize = first?.size ?? 0
  const details = {
    reason,
    firstSize,
    secondSize: second.size,
    firstCheckpoint: first?.text ?? null,
    secondCheckpoint: second.text,
    rootThere: proof ? toHex(proof.rootThere) : null,
    proof: proof ? proof.nodes.map(toHex).join(' ') : null,
  }
  const message = `expected a tree that continues the one of size ${firstSize}, found ${reason} at size ${second.size}`
  return mixunError('ERR_LEDGER_FORK', message, { details, cause })
}

/**
 * Checks the details of an ERR_LEDGER_FORK as a stranger: both checkpoints are signed by the log, and no tree is the
 * tree of both.
 *
 * @throws ERR_LEDGER_CHECKPOINT, ERR_VERIFY_ROOT, ERR_DECODE_… when they do not prove it
 */
export function verifyFork(log: VerifierKey, details: ErrorDetails): void {
  const open = (name: string) => openCheckpoint(log, String(details[name]))
  const [smaller, larger] = [open('firstCheckpoint'), open('secondCheckpoint')].sort(
    (a, b) => a.size - b.size,
  ) as [SignedCheckpoint, SignedCheckpoint]
  if (smaller.size === larger.size) return requireOther(smaller, larger.root)
  const rootThere = fromHex(String(details['rootThere']))
  const nodes = String(details['proof'])
    .split(' ')
    .filter(hex => hex !== '')
    .map(fromHex)
  requireOther(smaller, rootThere)
  verifyConsistency(log.suite.hash, smaller.size, larger.size, nodes, rootThere, larger.root)
}

function requireOther({ size, root }: SignedCheckpoint, rootThere: Uint8Array): void {
  if (compareBytes(root, rootThere) === 0) fail('ERR_VERIFY_ROOT', `expected two roots of size ${size}`)
}
