import { fail } from '@mixun/core/errors'
import { decodeJointShare, sumOfShares } from './share.ts'
import type { JointStatement } from './statement.ts'

/** A provider's number as the inquirer holds it after the session. */
export interface JointValue {
  readonly provider: string
  readonly value: bigint
}

/** Totals are read as signed numbers of 64 bits. */
const TOTAL_LIMIT = 2n ** 63n

/** Noise of this many times its scale comes with probability 2·e^-64 at most. */
const NOISE_LIMIT = 64n

/**
 * The total or the count of a query, from the values of all sessions and the shares of all providers.
 *
 * The sum is right mod 2^64. Without noise, one of 2^63 or more, or a count above the number of firms, is refused: a share was
 * wrong, or amounts are none that a book has. Amounts whose sum is 2^64 or more would wrap. With noise of scale t the result may
 * lie 64·t outside of that: honest noise is larger with a probability below 2^-91.
 *
 * @param shares by provider, 16 bytes each
 * @throws ERR_JOINT_INCOMPLETE with details.missing for a firm without value or share, ERR_VERIFY_JOINT_TOTAL when
 * the masks do not cancel or the total is out of range, ERR_JOINT_STATEMENT for a comparison, ERR_DECODE_LENGTH
 */
export function openJointTotal(
  statement: JointStatement,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
): bigint {
  if (statement.output.kind === 'atLeastFen') {
    fail('ERR_JOINT_STATEMENT', 'expected a query of a total or a count: a comparison opens no number')
  }
  const { value, check } = maskedTotal(statement, values, shares)
  if (check !== 0n)
    refuseTotal('expected masks that cancel: a party answered another statement, or under another key')
  const total = BigInt.asIntN(64, value)
  const most = statement.output.kind === 'count' ? BigInt(statement.tables.length) : TOTAL_LIMIT - 1n
  const noise = statement.noise === null ? 0n : NOISE_LIMIT * BigInt(statement.noise.scale)
  if (total < -noise || total > most + noise) refuseTotal('expected a total in the range of honest books')
  return total
}

/**
 * The sum of all values and shares, which the association's masks still hide in a comparison, and the sum of the checks.
 *
 * @throws ERR_JOINT_INCOMPLETE, ERR_INPUT_DUPLICATE, ERR_DECODE_LENGTH
 */
export function maskedTotal(
  statement: JointStatement,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
): { value: bigint; check: bigint } {
  const byProvider = new Map(values.map(({ provider, value }) => [provider, value]))
  if (byProvider.size !== values.length) fail('ERR_INPUT_DUPLICATE', 'expected one value of each provider')
  const providers = statement.tables.map(({ provider }) => provider)
  const missing = providers.filter(provider => !byProvider.has(provider) || !shares.has(provider))
  if (missing.length > 0) {
    fail(
      'ERR_JOINT_INCOMPLETE',
      `expected answers of all ${providers.length} firms, found none of ${missing[0]}`,
      {
        details: { missing: missing.join(' ') },
      },
    )
  }
  return sumOfShares(
    providers.flatMap(provider => [
      { value: byProvider.get(provider) as bigint, check: 0n },
      decodeJointShare(shares.get(provider) as Uint8Array),
    ]),
  )
}

/** @throws ERR_VERIFY_JOINT_TOTAL */
export function refuseTotal(message: string): never {
  return fail('ERR_VERIFY_JOINT_TOTAL', message)
}
