/**
 * Joint query: one total over the books of n firms, or a count, or whether the total reaches θ, of which nobody learns who
 * contributed. This is a session with one of them.
 *
 *   inquirer(x, τ·s, seed; table's store)              provider(k, mask key m, masks)
 *   hello(intent's receipt)          ──────────────►   member? on record?                        (session, policy)
 *   setup id, B = ρ·T, proof of ρ    ─── 128 bytes ►   verify proof; log durably
 *                                    ◄── 128 bytes ─   Z = k·B, its proof, commitment to a seed
 *   y → h; (u′, z′) = store[h]
 *   OTs of 256 input labels          ─── 5.1 KB ───►   b, garbling and noise η from the seed and all of this
 *                                    ◄── 182 KB ────   garbled check, labels, signed receipt
 *   v = [u′ = u]·(z′ − w) − b                          share = b + η + Σ ± mask mod 2^64, stored, not sent
 *
 *   once every firm's receipt is on the ledger: every provider hands out its share, and Σ v + Σ share is the total.
 *
 * Source: joint-table/ (Kiss et al., PoPETs 2017; Kales et al., USENIX Security 2019), garbling/ (eprint 2014/756),
 * ot-extension/ (eprint 2022/192), masks.ts (CCS 2017), noise.ts. The composition is this project's own.
 *
 * Adversary: semi-honest parties in any collusion that leaves two providers out learn the total, and their own books; each of the
 * two is hidden by the other. A malicious inquirer learns a sum over functions of 64 bits that its inputs choose: who puts in
 * garbage for all firms but one learns that firm's amount. Its inputs follow from its seed, the subject and the provider's signed
 * messages, so that an audit finds it out (replay.ts). A malicious provider garbles what it likes: it can shift the
 * total, and make the query fail for some inputs; its seed is committed to as well. SECURITY.md has the argument.
 *
 * Leaks: that this inquirer asks this firm about this intent, and when. Messages are the same in number and length whether the
 * subject is in the book or not.
 *
 * Not constant time: bigint sums, noise, and what the parts below say.
 */
import type { Session } from '@mixun/core/session'
import { digestOf } from './binding.ts'
import { acceptAnswer, chooseEntry, openAnswer, otTag, requestJoint } from './client.ts'
import { encodeSealed, SEED_COMMITMENT_BYTES } from './codec.ts'
import type { ReceiverSetup } from '../ot-extension/index.ts'
import type { JointAnswer, JointClientOptions, JointContribution, JointServerOptions } from './options.ts'
import { receiverSeeds, takeSeeds } from './ot-seeds.ts'
import { signJointReceipt } from './receipt.ts'
import { SEED_BYTES, verifySeed } from './seeds.ts'
import { acceptJoint, answerJoint, evaluateJoint } from './server.ts'
import {
  checkSetup,
  burnIfGone,
  checkFound,
  recordFields,
  tableBinding,
  takeSenderSeeds,
} from './session-parts.ts'

/**
 * The inquirer's side of a session with one provider: two round trips.
 *
 * @throws ERR_VERIFY_COMMITMENT when input, blind or seed are not those of the intent (nothing is sent), ERR_JOINT_FIRMS,
 * ERR_JOINT_STATEMENT for another table than the frozen one, ERR_VERIFY_DLEQ, ERR_VERIFY_SIGNATURE, ERR_VERIFY_GARBLED,
 * ERR_STATE_CONSUMED for a setup that was burnt, ERR_DECODE_…, ERR_SESSION_PROTOCOL, ERR_PEER_REFUSED and the errors of
 * the session. A setup that is not usable afterwards is deleted where it is stored
 */
export async function runJointClient(
  session: Session,
  { query, secrets, table, setup, onFailedCheck }: JointClientOptions,
): Promise<JointContribution> {
  const { identity, peer } = session
  const binding = tableBinding(session, query, table.commitment, {
    inquirer: identity.partyId,
    party: peer.partyId,
  })
  const { suite, statement, parameters } = binding
  verifySeed(suite, { party: statement.inquirer, role: 'inquirer' }, secrets.seed, statement.seedCommitment)
  checkSetup(binding, setup)
  const first = requestJoint(binding, secrets, setup.id)
  await session.send(first.message)
  const evaluation = await receiveWith(session, setup)
  let otSeeds: Uint8Array = new Uint8Array(0)
  const second = chooseEntry(binding, table.store, first.state, evaluation, tag => {
    otSeeds = takeSeeds(setup, tag)
    return receiverSeeds(parameters.extension, otSeeds, () => setup.burn())
  })
  await session.send(second.message)
  const answer = await receiveWith(session, setup)
  const { state, receipt, signed } = acceptAnswer(binding, second.state, answer, peer.publicKey)
  const record = {
    ...recordFields(binding),
    request: first.message,
    evaluation,
    choice: second.message,
    answer,
    otSeeds,
    ...signed,
  }
  try {
    return { provider: peer.partyId, value: openAnswer(binding, state), receipt, signed, record }
  } catch (error) {
    onFailedCheck?.(record)
    throw error
  }
}

/**
 * The provider's side. Neither refuses nor closes: the caller does.
 *
 * @throws ERR_VERIFY_BLINDING before the key is used, ERR_VERIFY_OT_EXTENSION, after which the setup is burnt and has to be
 * deleted where it is stored, ERR_JOINT_SETUP, ERR_JOINT_FIRMS, ERR_JOINT_STATEMENT, ERR_DECODE_…, ERR_SESSION_PROTOCOL, what
 * the options' functions throw, and the errors of the session
 */
export async function runJointServer(session: Session, options: JointServerOptions): Promise<JointAnswer> {
  const { identity, peer } = session
  const { query, table, masks, members } = options
  const binding = tableBinding(session, query, table.commitment, {
    inquirer: peer.partyId,
    party: identity.partyId,
  })
  const { statement, hash, party } = binding
  const words = masks.wordsFor(statement, members)
  const request = new Uint8Array(await session.receive())
  const accepted = acceptJoint(binding, request)
  const setup = checkFound(binding, await options.setup(accepted.setupId), accepted.setupId)
  await options.beforeEvaluate?.()
  const seed = session.random.bytes(SEED_BYTES)
  const evaluation = evaluateJoint(binding, accepted, table.key, seed, session.random)
  await session.send(evaluation)
  const choice = new Uint8Array(await session.receive())
  const messages = [request, evaluation, choice] as const
  const tag = otTag(binding, request, evaluation)
  const { seeds, opening } = takeSenderSeeds(setup, tag)
  const { maskKey } = table
  const { body, share } = answerJoint(binding, { messages, maskKey, seed, seeds, tag, words })
  const answeredAt = (options.now ?? Date.now)()
  const receipt = {
    version: 1,
    party,
    inquirer: statement.inquirer,
    intentId: statement.intentId,
    statement: hash,
    sessionId: session.id,
    transcript: digestOf(binding, 'transcript', [...messages, body]),
    seedCommitment: evaluation.slice(0, SEED_COMMITMENT_BYTES),
    table: table.commitment.version,
    answeredAt,
  } as const
  const signed = signJointReceipt(identity.signingKey, receipt)
  const record = {
    ...recordFields(binding),
    request,
    evaluation,
    choice,
    seed,
    otOpening: opening,
    words,
    ...signed,
  }
  const answer = { share, receipt, signed, record }
  await options.beforeAnswer(answer)
  await session.send(encodeSealed(binding.suite, body, { answeredAt, signature: signed.signature }))
  return answer
}

/** The inquirer's next message; the peer's word that its half of the setup is gone ends this half. */
export async function receiveWith(session: Session, setup: ReceiverSetup): Promise<Uint8Array> {
  try {
    return new Uint8Array(await session.receive())
  } catch (error) {
    burnIfGone(error, setup)
    throw error
  }
}
