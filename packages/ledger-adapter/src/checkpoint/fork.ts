import { type MixunError, mixunError } from '@mixun/core/errors'
import type { SignedCheckpoint } from './checkpoint.ts'

/**
 * The evidence that a log contradicts itself: both signed checkpoints, as texts, in the error's details.
 *
 * @param first what was verified before; null before the first checkpoint
 * @param second what the log says now
 */
export function forkError(
  first: SignedCheckpoint | null,
  second: SignedCheckpoint,
  reason: 'rollback' | 'inconsistent',
  cause?: unknown,
): MixunError {
  const firstSize = first?.size ?? 0
  const details = {
    reason,
    firstSize,
    secondSize: second.size,
    firstCheckpoint: first?.text ?? null,
    secondCheckpoint: second.text,
  }
  const message = `expected a tree that continues the one of size ${firstSize}, found ${reason} at size ${second.size}`
  return mixunError('ERR_LEDGER_FORK', message, { details, cause })
}
