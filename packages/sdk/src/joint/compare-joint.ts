import { fail, MixunError } from '@mixun/core/errors'
import { appendReceiptCodec } from '@mixun/ledger-adapter/ledger'
import {
  JOINT_THRESHOLD_PROTOCOL,
  type JointComparison,
  type JointComparisonAttempt,
  type JointContribution,
  jointComparisonAttemptCodec,
  jointQueryParametersOf,
  readComparison,
  runJointThresholdClient,
} from '@mixun/ot/joint-query'
import { ending, inSession, withSetup } from './ask-joint.ts'
import type { BegunQuery, Call } from './joint-call.ts'
import { contributionOf } from './kept-contribution.ts'
import { JOINT_COMPARED_PROTOCOL, JOINT_FRAME_PARAMETERS } from './protocols.ts'

/**
 * The comparison of an opened query with the association, which answers one: what is asked is kept before it leaves, and an
 * answer that was lost on the way comes again as it was. After one whose garbled check failed nothing is asked any more: that
 * would tell the association what it may have tried to learn.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_VERIFY_GARBLED, ERR_VERIFY_JOINT_TOTAL, ERR_CHANNEL_…
 */
export async function compareJoint(
  call: Call,
  query: BegunQuery,
  values: readonly JointContribution[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<JointComparison> {
  const { consortium, jointQueries } = call.parts
  const { intentId } = query.intent
  const association = consortium.anchor.association.partyId
  if (jointQueries.isSpoilt(intentId, association)) {
    return fail('ERR_VERIFY_GARBLED', 'the comparison failed its check, and is not asked again')
  }
  try {
    const compared =
      (await comparedBefore(call, query, values, shares)) ??
      (await compareAnew(call, query, association, values, shares))
    // An audit compares again, to see that it was this total and this limit.
    const kept = contributionOf({ ...compared, value: BigInt(compared.isAtLeast) })
    jointQueries.contribute(intentId, association, kept)
    return compared
  } catch (error) {
    const isSpoilt = error instanceof MixunError && error.code === 'ERR_VERIFY_GARBLED'
    if (isSpoilt) jointQueries.spoil(intentId, association)
    throw error
  }
}

async function compareAnew(
  call: Call,
  query: BegunQuery,
  association: string,
  values: readonly JointContribution[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<JointComparison> {
  const { consortium, jointQueries } = call.parts
  const { suite } = consortium.home.identity
  const beforeAsk = (attempt: JointComparisonAttempt) =>
    jointQueries.attempt(query.intent.intentId, jointComparisonAttemptCodec.encode(attempt))
  return withSetup(call.parts, association, call.options.signal, setup => {
    const request = {
      ...requestOf(call, query),
      protocol: JOINT_THRESHOLD_PROTOCOL,
      parameters: jointQueryParametersOf(suite.id).id,
    }
    return inSession(consortium, association, request, session =>
      runJointThresholdClient(session, { query: query.question.query, values, shares, setup, beforeAsk }),
    )
  })
}

/** What the association answered to one of the attempts so far; null without any answer. */
async function comparedBefore(
  call: Call,
  query: BegunQuery,
  values: readonly JointContribution[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<JointComparison | null> {
  const { consortium, jointQueries } = call.parts
  const attempts = jointQueries.attempts(query.intent.intentId)
  if (attempts.length === 0) return null
  const { partyId, publicKey: partyKey } = consortium.anchor.association
  const request = {
    ...requestOf(call, query),
    protocol: JOINT_COMPARED_PROTOCOL,
    parameters: JOINT_FRAME_PARAMETERS,
  }
  const answer = await inSession(consortium, partyId, request, async session =>
    Uint8Array.from(await session.receive()),
  )
  if (answer.length === 0) return null
  const compared = { suite: consortium.home.identity.suite, query: query.question.query, partyKey }
  for (const encoded of attempts) {
    const attempt = jointComparisonAttemptCodec.decode(encoded)
    try {
      return readComparison(compared, values, shares, attempt, answer)
    } catch (error) {
      // It answers another attempt.
      if (!(error instanceof MixunError) || error.code !== 'ERR_VERIFY_SIGNATURE') throw error
    }
  }
  return fail('ERR_VERIFY_SIGNATURE', 'expected an answer to a comparison that this home asked for')
}

function requestOf({ parts, options }: Call, { receipt }: BegunQuery) {
  const { answerTimeoutMs } = parts.consortium.home.config.limits
  return {
    consentReference: appendReceiptCodec.encode(receipt),
    signal: ending(options.signal, answerTimeoutMs),
  }
}
