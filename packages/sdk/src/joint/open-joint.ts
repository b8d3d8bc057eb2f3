import { toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import {
  type AppendReceipt,
  appendReceiptCodec,
  ledgerId,
  verifyJointStatement,
} from '@mixun/ledger-adapter/ledger'
import { type JointContribution, openJointTotal } from '@mixun/ot/joint-query'
import { ending, inSession, type MissingFirm } from './ask-joint.ts'
import { compareJoint } from './compare-joint.ts'
import { JointAnswer } from './joint-answer.ts'
import { type BegunQuery, type Call, refuseMissing } from './joint-call.ts'
import { JOINT_CLASS } from './joint-tables.ts'
import { JOINT_FRAME_PARAMETERS, JOINT_SHARE_PROTOCOL, signedJointStatementCodec } from './protocols.ts'

/** The shares of all firms; each hands out its own once it sees the query opened. */
export async function sharesOf(
  { parts, options }: Call,
  query: BegunQuery,
  opened: AppendReceipt,
): Promise<Map<string, Uint8Array>> {
  const { consortium, jointQueries } = parts
  const { answerTimeoutMs } = consortium.home.config.limits
  const { intentId, tables } = query.intent
  const shares = new Map<string, Uint8Array>()
  const away: MissingFirm[] = []
  await Promise.all(
    tables.map(async ({ provider, version }) => {
      const request = {
        protocol: JOINT_SHARE_PROTOCOL,
        parameters: JOINT_FRAME_PARAMETERS,
        dataset: { provider, class: JOINT_CLASS, epoch: version },
        consentReference: appendReceiptCodec.encode(opened),
        signal: ending(options.signal, answerTimeoutMs),
      }
      try {
        const [bytes, key] = await inSession(consortium, provider, request, async session => {
          await session.send(intentId)
          return [Uint8Array.from(await session.receive()), session.peer.publicKey] as const
        })
        const expected = { ledger: ledgerId(consortium.registry.anchor), intentId, provider }
        const { suite } = consortium.home.identity
        const signed = signedJointStatementCodec.decode(bytes)
        const { share } = verifyJointStatement(suite, key, 'share', signed, expected)
        jointQueries.keepShare(intentId, provider, bytes)
        shares.set(provider, share)
      } catch (error) {
        if (!(error instanceof MixunError)) throw error
        away.push({ provider, code: error.code, refusal: null })
      }
    }),
  )
  if (away.length > 0) refuseMissing(query, away)
  return shares
}

/** The answer: the total or the count, or one more comparison with the association. */
export async function openJoint(
  call: Call,
  query: BegunQuery,
  held: readonly JointContribution[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<JointAnswer> {
  const { parts, requestId, dataset } = call
  const { intent, question } = query
  const { joint } = parts.consortium.registry.policy
  const without = intent.replaces === null ? [] : [...joint.missingFrom(intent.replaces)].toSorted()
  const json = {
    requestId,
    intentId: toHex(intent.intentId),
    dataset,
    firms: intent.tables.length,
    without,
    of: intent.output,
    thresholdFen: intent.threshold === null ? null : String(intent.threshold),
    noiseScale: intent.noiseScale,
  }
  if (intent.output !== 'atLeastFen') {
    const total = openJointTotal(question.query.statement, held, shares)
    return new JointAnswer({ ...json, total: total.toString(), isAtLeast: null })
  }
  const compared = await compareJoint(call, query, held, shares)
  return new JointAnswer({ ...json, total: null, isAtLeast: compared.isAtLeast })
}
