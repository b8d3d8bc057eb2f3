import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { JointBinding } from '../binding.ts'
import { decodeThresholdRequest } from '../codec.ts'
import { receiverSeeds } from '../ot-seeds.ts'
import { jointQueryParametersOf } from '../params.ts'
import type { JointInquirerRecord } from '../record.ts'
import type { AuditedSession } from '../replay.ts'
import { checkJointStatement, statementHash } from '../statement.ts'
import type { JointValue } from '../total.ts'
import { finishComparison, requestComparison } from './steps.ts'

/**
 * Runs the inquirer's side of a comparison again, from the values that `replayInquirer` gave and the shares that providers
 * handed out: one who compared another number, to learn more of the total than the bit, is found out.
 *
 * @param audited the session with the association
 * @throws ERR_VERIFY_REPLAY, ERR_JOINT_INCOMPLETE, ERR_JOINT_STATEMENT, ERR_VERIFY_SIGNATURE, ERR_DECODE_…
 */
export function replayComparison(
  { suite, query, partyKey, signed }: Omit<AuditedSession, 'commitment'>,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
  record: JointInquirerRecord,
): boolean {
  const { statement } = query
  checkJointStatement(statement, query.minimumFirms)
  const { party, sessionId, start, otSeeds } = record
  const parameters = jointQueryParametersOf(suite.id)
  const hash = statementHash(suite, statement)
  const binding: JointBinding = { suite, parameters, sessionId, start, statement, hash, party }
  const { setupId } = decodeThresholdRequest(record.choice)
  const { state, message } = requestComparison(binding, values, shares, setupId, () =>
    receiverSeeds(parameters.extension, otSeeds),
  )
  if (compareBytes(message, record.choice) !== 0) refuse(party)
  const { isAtLeast, signed: found } = finishComparison(binding, state, record.answer, partyKey)
  if (compareBytes(found.receipt, signed.receipt) !== 0) refuse(party)
  return isAtLeast
}

function refuse(party: string): never {
  return fail('ERR_VERIFY_REPLAY', `expected the comparison with ${party} to come out again`)
}
