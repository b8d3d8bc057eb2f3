import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { digestOf, type JointBinding } from '../binding.ts'
import { decodeThresholdRequest } from '../codec.ts'
import type { JointQuery } from '../options.ts'
import { receiverSeeds, senderSeeds } from '../ot-seeds.ts'
import { jointQueryParametersOf } from '../params.ts'
import { verifyJointReceipt } from '../receipt.ts'
import type { JointAnswerRecord, JointInquirerRecord } from '../record.ts'
import type { AuditedSession } from '../replay.ts'
import { verifySeed } from '../seeds.ts'
import { checkJointStatement, statementHash } from '../statement.ts'
import type { JointValue } from '../total.ts'
import { answerComparison, comparisonTag, finishComparison, requestComparison } from './steps.ts'

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
  const binding = bindingOf(suite, query, record)
  const { party, parameters } = binding
  const { setupId } = decodeThresholdRequest(record.choice)
  const { state, message } = requestComparison(binding, values, shares, setupId, () =>
    receiverSeeds(parameters.extension, record.otSeeds),
  )
  if (compareBytes(message, record.choice) !== 0) refuse(party)
  const { isAtLeast, signed: found } = finishComparison(binding, state, record.answer, partyKey)
  if (compareBytes(found.receipt, signed.receipt) !== 0) refuse(party)
  return isAtLeast
}

/**
 * Runs the association's side again: its garbled comparison and its check word follow from seed, words and OTs. The words
 * themselves are compared with those of providers by `checkSameWord`.
 *
 * @throws ERR_VERIFY_REPLAY, ERR_VERIFY_COMMITMENT, ERR_VERIFY_SIGNATURE, ERR_JOINT_STATEMENT, ERR_DECODE_…
 */
export function replayAssociation(
  { suite, query, partyKey, signed }: Omit<AuditedSession, 'commitment'>,
  record: JointAnswerRecord,
): void {
  const binding = bindingOf(suite, query, record)
  const { party, parameters } = binding
  const receipt = verifyJointReceipt(suite, partyKey, signed)
  verifySeed(suite, { party, role: 'association' }, record.seed, receipt.seedCommitment)
  const { choice: request, seed, words, otOpening } = record
  const seeds = senderSeeds(parameters.extension, otOpening)
  const tag = comparisonTag(binding)
  const { body } = answerComparison(binding, { request, seed, seeds, tag, words })
  if (compareBytes(digestOf(binding, 'transcript', [request, body]), receipt.transcript) !== 0) refuse(party)
}

function bindingOf(
  suite: Suite,
  { statement, minimumFirms }: JointQuery,
  { party, sessionId, start, statement: recorded }: JointInquirerRecord | JointAnswerRecord,
): JointBinding {
  checkJointStatement(statement, minimumFirms)
  const hash = statementHash(suite, statement)
  if (compareBytes(hash, recorded) !== 0) refuse(party)
  return { suite, parameters: jointQueryParametersOf(suite.id), sessionId, start, statement, hash, party }
}

function refuse(party: string): never {
  return fail('ERR_VERIFY_REPLAY', `expected the comparison with ${party} to come out again`)
}
