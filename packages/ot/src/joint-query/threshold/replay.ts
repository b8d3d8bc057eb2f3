import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { digestOf, type JointBinding } from '../binding.ts'
import { decodeThresholdRequest, encodeSealed } from '../codec.ts'
import type { JointComparison, JointQuery } from '../options.ts'
import { receiverSeeds, senderSeeds } from '../ot-seeds.ts'
import { jointQueryParametersOf } from '../params.ts'
import { jointReceiptCodec, verifyJointReceipt } from '../receipt.ts'
import type { JointAnswerRecord, JointComparisonAttempt, JointInquirerRecord } from '../record.ts'
import type { AuditedSession } from '../replay.ts'
import { verifySeed } from '../seeds.ts'
import { checkJointStatement, statementHash } from '../statement.ts'
import type { JointValue } from '../total.ts'
import { answerComparison, comparisonTag, finishComparison, requestComparison } from './steps.ts'

/** What a comparison is read with. */
export type ComparedSession = Pick<AuditedSession, 'suite' | 'query' | 'partyKey'>

/**
 * The result of a comparison from its attempt and the association's answer, in another session than the one that asked: the
 * answer is bound to the attempt's.
 *
 * @throws ERR_VERIFY_SIGNATURE when it answers another attempt, and as `runJointThresholdClient`
 */
export function readComparison(
  { suite, query, partyKey }: ComparedSession,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
  attempt: JointComparisonAttempt,
  answer: Uint8Array,
): JointComparison {
  const binding = bindingOf(suite, query, attempt)
  const { party, parameters } = binding
  const { setupId } = decodeThresholdRequest(attempt.choice)
  const { state, message } = requestComparison(binding, values, shares, setupId, () =>
    receiverSeeds(parameters.extension, attempt.otSeeds),
  )
  if (compareBytes(message, attempt.choice) !== 0) refuse(party)
  const result = finishComparison(binding, state, answer, partyKey)
  return { ...result, record: { ...attempt, answer, ...result.signed } }
}

/**
 * Runs the inquirer's side of a comparison again, from the values that `replayInquirer` gave and the shares that providers
 * handed out: one who compared another number, to learn more of the total than the bit, is found out.
 *
 * @param audited the session with the association
 * @throws ERR_VERIFY_REPLAY, ERR_JOINT_INCOMPLETE, ERR_JOINT_STATEMENT, ERR_VERIFY_SIGNATURE, ERR_DECODE_…
 */
export function replayComparison(
  audited: Omit<AuditedSession, 'commitment'>,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
  { answer, receipt: _receipt, signature: _signature, ...attempt }: JointInquirerRecord,
): boolean {
  const { isAtLeast, signed } = readComparison(audited, values, shares, attempt, answer)
  if (compareBytes(signed.receipt, audited.signed.receipt) !== 0) refuse(attempt.party)
  return isAtLeast
}

/**
 * The association's answer to a comparison as it was sent, made again from its record: for an inquirer that lost it.
 *
 * @throws ERR_VERIFY_REPLAY, ERR_JOINT_STATEMENT, ERR_DECODE_…
 */
export function repeatComparison(suite: Suite, query: JointQuery, record: JointAnswerRecord): Uint8Array {
  const { answeredAt } = jointReceiptCodec.decode(record.receipt)
  const body = bodyOf(bindingOf(suite, query, record), record)
  return encodeSealed(suite, body, { answeredAt, signature: record.signature })
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
  const { party } = binding
  const receipt = verifyJointReceipt(suite, partyKey, signed)
  verifySeed(suite, { party, role: 'association' }, record.seed, receipt.seedCommitment)
  const transcript = digestOf(binding, 'transcript', [record.choice, bodyOf(binding, record)])
  if (compareBytes(transcript, receipt.transcript) !== 0) refuse(party)
}

function bodyOf(binding: JointBinding, { choice: request, seed, words, otOpening }: JointAnswerRecord) {
  const seeds = senderSeeds(binding.parameters.extension, otOpening)
  return answerComparison(binding, { request, seed, seeds, tag: comparisonTag(binding), words }).body
}

function bindingOf(
  suite: Suite,
  { statement, minimumFirms }: JointQuery,
  { party, sessionId, start, statement: recorded }: JointComparisonAttempt | JointAnswerRecord,
): JointBinding {
  checkJointStatement(statement, minimumFirms)
  const hash = statementHash(suite, statement)
  if (compareBytes(hash, recorded) !== 0) refuse(party)
  return { suite, parameters: jointQueryParametersOf(suite.id), sessionId, start, statement, hash, party }
}

function refuse(party: string): never {
  return fail('ERR_VERIFY_REPLAY', `expected the comparison with ${party} to come out again`)
}
