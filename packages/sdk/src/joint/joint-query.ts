import { fromHex, utf8 } from '@mixun/core/bytes'
import { throwIfEnded } from '@mixun/core/channel'
import type { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { JointContribution } from '@mixun/ot/joint-query'
import { parseRequestId } from '../ids.ts'
import type { StoredJointQuery } from '../store/joint-queries.ts'
import { askJoint, type MissingFirm } from './ask-joint.ts'
import { begin, resume, tablesOf } from './begin-joint.ts'
import { conclude, voidFor } from './conclude-joint.ts'
import { type JointAnswer, jointAnswerFromJson } from './joint-answer.ts'
import {
  type BegunQuery,
  type Call,
  type JointParts,
  type JointQueryOptions,
  refuseMissing,
} from './joint-call.ts'
import { outputOf } from './joint-intent.ts'
import { contributionFrom, contributionOf } from './kept-contribution.ts'
import { openJoint, sharesOf } from './open-joint.ts'

/** How long a request waits for another process of the home that works on it, besides an answer's time, in milliseconds. */
const PATIENCE_MS = 10_000
/** The data set of overdue amounts, which joint queries total up by default. */
export const OVERDUE_DATASET = 'overdue-fen'

/**
 * Asks all firms with the data set at once and opens one number over them: intent → a random number from each → all ready, on
 * record → the shares that sum to the total. While a firm is missing nothing opens.
 *
 * @throws ERR_JOINT_MISSING with details.missing, ERR_JOINT_FIRMS, ERR_JOINT_OPENED, ERR_JOINT_EARLY and ERR_JOINT_PRESENT when a
 * missing firm cannot be left out yet, ERR_VERIFY_JOINT_TOTAL, ERR_REQUEST_…, ERR_CONSENT_…, ERR_BUDGET_EXCEEDED,
 * ERR_APPROVAL_PENDING, ERR_POINTS_INSUFFICIENT, ERR_TABLE_UNCOSIGNED, ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function jointQuery(
  parts: JointParts,
  subject: Subject,
  options: JointQueryOptions,
): Promise<JointAnswer> {
  const requestId = parseRequestId(options.requestId, subject)
  throwIfEnded(options.signal)
  const { answerTimeoutMs } = parts.consortium.home.config.limits
  const claim = { patienceMs: PATIENCE_MS + answerTimeoutMs, signal: options.signal }
  return parts.claims.hold(`joint/${requestId}`, claim, async () => {
    const consent = parts.consents.find(options.consent)
    const { idType, idNumber } = consent.reveal()
    const dataset = options.dataset ?? OVERDUE_DATASET
    const { output, threshold } = outputOf(options.of)
    const input = subject.encode()
    const about = [dataset, output, threshold, options.noiseScale ?? null].join()
    const scope = [input, fromHex(options.consent), utf8(about)]
    const call = { parts, options, requestId, scope, input, consent, dataset }
    const before = parts.jointQueries.find(requestId, scope)
    if (before?.answer != null) return jointAnswerFromJson(before.answer)
    if (idType !== subject.idType || idNumber !== subject.reveal()) {
      fail('ERR_CONSENT_SUBJECT', 'the consent was given by another subject')
    }
    await parts.consortium.sync()
    return answer(call, (await resume(call, before)) ?? (await begin(call, replacedBy(call, before))))
  })
}

/** A void query is asked again in its own place. */
function replacedBy({ parts }: Call, before: StoredJointQuery | undefined): Uint8Array | null {
  if (before === undefined) return null
  const { joint } = parts.consortium.registry.policy
  const isVoid = joint.intent(before.intentId)?.state === 'void'
  return isVoid && !joint.isReplaced(before.intentId) ? before.intentId : null
}

async function answer(call: Call, query: BegunQuery): Promise<JointAnswer> {
  const { parts, options } = call
  const { intent } = query
  const contributions = await contributionsOf(call, query)
  const missing = contributions.filter(each => 'code' in each)
  if (missing.length > 0) {
    throwIfEnded(options.signal)
    if (options.withoutMissing !== true) refuseMissing(query, missing)
    await voidFor(call, query, missing[0] as MissingFirm)
    await parts.consortium.sync()
    return answer(call, await begin(call, intent.intentId))
  }
  const held = contributions as JointContribution[]
  const opened = await conclude(call, query, {
    intentId: intent.intentId,
    providers: intent.tables.map(({ provider }) => provider),
    ready: held.map(({ provider, signed }) => ({
      provider,
      statement: signed.receipt,
      signature: signed.signature,
    })),
    missing: null,
  })
  const shares = await sharesOf(call, query, opened)
  const result = await openJoint(call, query, held, shares)
  parts.jointQueries.answered(intent.intentId, JSON.stringify(result.toClear()))
  return result
}

/** All firms at once that have not given their number before a cut. */
async function contributionsOf(call: Call, query: BegunQuery): Promise<(JointContribution | MissingFirm)[]> {
  const { parts, options } = call
  const { jointQueries } = parts
  const { intentId, tables } = query.intent
  const kept = jointQueries.contributions(intentId)
  const isHeld = tables.every(({ provider }) => kept.has(provider))
  const copies = isHeld ? [] : await tablesOf(call, query.intent)
  return Promise.all(
    tables.map(async ({ provider }) => {
      const before = kept.get(provider)
      if (before !== undefined) return contributionFrom(provider, before)
      const copy = copies.find(({ commitment }) => commitment.provider === provider)
      const asked = await askJoint(parts, query.question, copy as never, options.signal)
      if (!('code' in asked)) jointQueries.contribute(intentId, provider, contributionOf(asked))
      return asked
    }),
  )
}
