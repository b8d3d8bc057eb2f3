import type { ErrorCode } from '@mixun/core/errors'

/**
 * Signed refusals that pay the inquirer back: the provider could have answered and did not, or the tables moved on
 * between intent and question. Whatever blames the inquirer is not here and refunds nothing: receipts and consents that
 * do not fit, proofs that do not hold, frames that do not decode, a second question under one intent.
 */
export const REFUNDABLE_REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_INTERNAL',
  'ERR_TABLE_UNAVAILABLE',
  'ERR_EPOCH_STALE',
  'ERR_PARAMETER_RETIRED',
  'ERR_LIMIT_KEY_USE',
  'ERR_LIMIT_SESSIONS',
  'ERR_LEDGER_BUSY',
  'ERR_LEDGER_FORK',
])
