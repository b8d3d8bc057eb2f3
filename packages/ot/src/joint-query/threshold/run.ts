import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { JointBinding } from '../binding.ts'
import { decodeThresholdRequest, encodeSealed } from '../codec.ts'
import type {
  JointComparison,
  JointComparisonAnswer,
  JointQuery,
  JointThresholdClientOptions,
  JointThresholdServerOptions,
} from '../options.ts'
import { receiverSeeds, takeSeeds } from '../ot-seeds.ts'
import { JOINT_THRESHOLD_PROTOCOL } from '../params.ts'
import { signJointReceipt } from '../receipt.ts'
import { receiveWith } from '../run.ts'
import { SEED_BYTES } from '../seeds.ts'
import { checkSetup, checkFound, recordFields, sessionBinding, takeSenderSeeds } from '../session-parts.ts'
import {
  answerComparison,
  comparisonReceipt,
  comparisonTag,
  finishComparison,
  requestComparison,
} from './steps.ts'

/**
 * The inquirer's comparison with the association, of a query of kind `atLeastFen`: one round trip.
 *
 * @throws ERR_JOINT_INCOMPLETE, ERR_VERIFY_JOINT_TOTAL, ERR_VERIFY_GARBLED, ERR_VERIFY_SIGNATURE and as `runJointClient`
 */
export async function runJointThresholdClient(
  session: Session,
  { query, values, shares, setup, beforeAsk }: JointThresholdClientOptions,
): Promise<JointComparison> {
  const { identity, peer } = session
  const binding = comparisonBinding(session, query, identity.partyId, peer.partyId)
  const { extension } = binding.parameters
  checkSetup(binding, setup)
  let otSeeds: Uint8Array = new Uint8Array(0)
  const { state, message } = requestComparison(binding, values, shares, setup.id, tag => {
    otSeeds = takeSeeds(setup, tag)
    return receiverSeeds(extension, otSeeds, () => setup.burn())
  })
  const empty = new Uint8Array(0)
  const fields = { ...recordFields(binding), request: empty, evaluation: empty, choice: message }
  const attempt = { ...fields, otSeeds }
  await beforeAsk?.(attempt)
  await session.send(message)
  const answer = await receiveWith(session, setup)
  const result = finishComparison(binding, state, answer, peer.publicKey)
  return { ...result, record: { ...attempt, answer, ...result.signed } }
}

/** The association's side. Neither refuses nor closes: the caller does. @throws as `runJointServer` */
export async function runJointThresholdServer(
  session: Session,
  options: JointThresholdServerOptions,
): Promise<JointComparisonAnswer> {
  const { identity, peer } = session
  const { query, masks, members } = options
  const binding = comparisonBinding(session, query, peer.partyId, identity.partyId)
  const words = masks.wordsFor(query.statement, members)
  const request = new Uint8Array(await session.receive())
  const { setupId } = decodeThresholdRequest(request)
  const setup = checkFound(binding, await options.setup(setupId), setupId)
  const seed = session.random.bytes(SEED_BYTES)
  const tag = comparisonTag(binding)
  const { seeds, opening } = takeSenderSeeds(setup, tag)
  const { body, seedCommitment } = answerComparison(binding, { request, seed, seeds, tag, words })
  const answeredAt = (options.now ?? Date.now)()
  const receipt = comparisonReceipt(binding, request, body, seedCommitment, answeredAt)
  const signed = signJointReceipt(identity.signingKey, receipt)
  const empty = new Uint8Array(0)
  const fields = { ...recordFields(binding), request: empty, evaluation: empty, choice: request }
  const record = { ...fields, seed, otOpening: opening, words, ...signed }
  const answer = { receipt, signed, record }
  await options.beforeAnswer(answer)
  await session.send(encodeSealed(binding.suite, body, { answeredAt, signature: signed.signature }))
  return answer
}

function comparisonBinding(
  session: Session,
  query: JointQuery,
  inquirer: string,
  party: string,
): JointBinding {
  if (query.statement.association !== party) {
    fail('ERR_JOINT_STATEMENT', `expected a statement that ${party} compares`)
  }
  return sessionBinding(session, JOINT_THRESHOLD_PROTOCOL, query, { inquirer, party })
}
