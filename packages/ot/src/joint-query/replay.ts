/**
 * The audit of a joint query: sessions run again from the seeds that were committed before them.
 *
 * An inquirer opens subject, blind and seed of its intent, and hands in its records. Its messages follow from these, the
 * tables and what the providers sent, and the providers' receipts, which are on the ledger, cover every message: one who put
 * in anything but the subject's entry, such as garbage for all firms but one to have that firm's amount, is found out. It could
 * escape with other OT seeds that lead to the recorded chunk only: a preimage of hundreds of bits under AES streams, and
 * none where the provider's half is opened as well (`checkSameOts`).
 *
 * A provider opens seed, mask key and the OTs of the session, never its evaluation key or decryption key: its garbled check, its
 * share and its noise follow, and the amount that its table holds for the subject. Words of masks are compared between two
 * parties that hold the same one.
 *
 * Source: covert security by audits after the fact, as in Aumann and Lindell (TCC 2007); re-execution from committed seeds. Leaks
 * to the auditor: everything opened; Δ of an opened setup, after which both sides make a new one.
 */
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { type JointTableCommitment, verifyMaskKey } from '../joint-table/index.ts'
import type { Okvs } from '../okvs/index.ts'
import { decodePublicKey, verifyProof } from '../oprf/index.ts'
import { BLOCK_BYTES } from '../ot-extension/index.ts'
import { checkTable, digestOf, type JointTableBinding } from './binding.ts'
import {
  acceptAnswer,
  chooseEntry,
  type FoundEntry,
  type JointSecrets,
  openAnswer,
  otTag,
  requestJoint,
} from './client.ts'
import { decodeJointEvaluation, decodeJointRequest } from './codec.ts'
import { MASK_WORD_BYTES } from './masks.ts'
import type { JointQuery } from './options.ts'
import { receiverSeeds, senderSeeds } from './ot-seeds.ts'
import { type JointQueryParameters, jointQueryParametersOf } from './params.ts'
import { type SignedJointReceipt, verifyJointReceipt } from './receipt.ts'
import type { JointAnswerRecord, JointInquirerRecord } from './record.ts'
import { verifySeed } from './seeds.ts'
import { acceptJoint, answerJoint } from './server.ts'
import { checkJointStatement, maskingParties, statementHash } from './statement.ts'

/** A session with a provider as an auditor knows it from the ledger. */
export interface AuditedSession {
  readonly suite: Suite
  readonly query: JointQuery
  readonly commitment: JointTableCommitment
  /** The provider's identity key. */
  readonly partyKey: Uint8Array
  /** The receipt that opened the query. */
  readonly signed: SignedJointReceipt
}

/**
 * Runs the inquirer's side again. What it gives is what the inquirer had, so that the total can be formed again.
 *
 * @param store of the provider's table, downloaded by the auditor
 * @param secrets as the inquirer opened them
 * @throws ERR_VERIFY_REPLAY for a message that an honest inquirer does not send, and for a record that is not the receipt's,
 * ERR_VERIFY_COMMITMENT for another seed or subject, ERR_VERIFY_SIGNATURE, ERR_JOINT_STATEMENT, ERR_DECODE_…,
 * ERR_VERIFY_GARBLED where all that is as it should be and the check does not hold: the provider garbled it so
 */
export function replayInquirer(
  audited: AuditedSession,
  store: Okvs,
  secrets: JointSecrets,
  record: JointInquirerRecord,
): { readonly provider: string; readonly value: bigint; readonly found: FoundEntry } {
  const { suite, signed, partyKey } = audited
  const binding = bindingOf(audited, record)
  const { statement, parameters, party } = binding
  verifySeed(suite, { party: statement.inquirer, role: 'inquirer' }, secrets.seed, statement.seedCommitment)
  const first = requestJoint(binding, secrets, decodeJointRequest(parameters.oprf, record.request).setupId)
  expectSame(first.message, record.request, `the request to ${party}`)
  const second = chooseEntry(binding, store, first.state, record.evaluation, () =>
    receiverSeeds(parameters.extension, record.otSeeds),
  )
  expectSame(second.message, record.choice, `the choice of inputs for ${party}`)
  const { state, signed: found } = acceptAnswer(binding, second.state, record.answer, partyKey)
  expectSame(found.receipt, signed.receipt, `the receipt of ${party}`)
  return { provider: party, value: openAnswer(binding, state), found: second.found }
}

/** What a provider opens of a session, besides its record. */
export interface ProviderOpening {
  /** The 16 bytes of `buildJointTable`, and their salt. */
  readonly maskKey: Uint8Array
  readonly maskSalt: Uint8Array
}

/**
 * Runs a provider's side again, but for its evaluation, which proves itself.
 *
 * @param share what the provider handed out, 16 bytes
 * @throws ERR_VERIFY_REPLAY for a check, a share or noise that does not follow from seed, mask key and OTs, ERR_VERIFY_COMMITMENT
 * for another seed or mask key, ERR_VERIFY_DLEQ, ERR_VERIFY_BLINDING, ERR_VERIFY_SIGNATURE, ERR_JOINT_STATEMENT, ERR_DECODE_…
 */
export function replayProvider(
  audited: AuditedSession,
  { maskKey, maskSalt }: ProviderOpening,
  record: JointAnswerRecord,
  share: Uint8Array,
): void {
  const { suite, commitment } = audited
  const binding = bindingOf(audited, record)
  const { party, parameters } = binding
  const { request, evaluation, choice, seed, words } = record
  const receipt = verifyJointReceipt(suite, audited.partyKey, audited.signed)
  verifyMaskKey(suite, commitment, maskKey, maskSalt)
  verifySeed(suite, { party, role: 'provider' }, seed, receipt.seedCommitment)
  acceptJoint(binding, request)
  checkEvaluation(binding, request, evaluation, receipt.seedCommitment)
  const messages = [request, evaluation, choice] as const
  const tag = otTag(binding, request, evaluation)
  const seeds = senderSeeds(parameters.extension, record.otOpening)
  const answer = answerJoint(binding, { messages, maskKey, seed, seeds, tag, words })
  const transcript = digestOf(binding, 'transcript', [...messages, answer.body])
  expectSame(transcript, receipt.transcript, `the garbled check of ${party}`)
  expectSame(answer.share, share, `the share of ${party}`)
}

/**
 * Compares the word of masks of two parties that opened their records: neither can shift its share by another word.
 *
 * @throws ERR_VERIFY_REPLAY, ERR_JOINT_STATEMENT
 */
export function checkSameWord(query: JointQuery, one: JointAnswerRecord, other: JointAnswerRecord): void {
  expectSame(
    wordOf(query, one, other.party),
    wordOf(query, other, one.party),
    'the word of masks of both parties',
  )
}

/**
 * Compares both halves of a session's OTs: all leaves but those at Δ are the same.
 *
 * @throws ERR_VERIFY_REPLAY
 */
export function checkSameOts(
  { extension: { k, trees } }: JointQueryParameters,
  { otSeeds }: JointInquirerRecord,
  { otOpening }: JointAnswerRecord,
): void {
  const leaves = 2 ** k
  const block = (bytes: Uint8Array, i: number) => bytes.subarray(BLOCK_BYTES * i, BLOCK_BYTES * (i + 1))
  for (let tree = 0; tree < trees; tree++) {
    const bit = tree * k
    const own = ((otOpening[bit >>> 3] as number) >>> (bit & 7)) & (leaves - 1)
    for (let x = 1; x < leaves; x++) {
      const sent = block(otOpening, 1 + tree * leaves + x)
      expectSame(sent, block(otSeeds, tree * leaves + (x ^ own)), `leaf ${x} of tree ${tree}`)
    }
  }
}

function bindingOf(
  { suite, query, commitment }: AuditedSession,
  record: JointInquirerRecord | JointAnswerRecord,
): JointTableBinding {
  const { statement } = query
  checkJointStatement(statement, query.minimumFirms)
  const hash = statementHash(suite, statement)
  expectSame(record.statement, hash, 'the statement of the record')
  const parameters = jointQueryParametersOf(suite.id)
  const { party, sessionId, start } = record
  const binding = { suite, parameters, sessionId, start, statement, hash, party, commitment }
  checkTable(binding)
  return binding
}

function checkEvaluation(
  { parameters: { oprf }, commitment, party }: JointTableBinding,
  request: Uint8Array,
  evaluation: Uint8Array,
  committed: Uint8Array,
): void {
  const { blindedElement } = decodeJointRequest(oprf, request)
  const { evaluatedElement, proof, seedCommitment } = decodeJointEvaluation(oprf, evaluation)
  expectSame(seedCommitment, committed, `the seed commitment of ${party}`)
  const publicKey = decodePublicKey(oprf, commitment.publicKey)
  verifyProof(oprf, publicKey, [blindedElement], [evaluatedElement], proof)
}

function wordOf({ statement }: JointQuery, { party, words }: JointAnswerRecord, other: string): Uint8Array {
  const others = maskingParties(statement).filter(name => name !== party)
  const at = others.indexOf(other)
  if (at < 0)
    fail('ERR_JOINT_STATEMENT', `expected two parties of the frozen set, found ${party} and ${other}`)
  return words.subarray(MASK_WORD_BYTES * at, MASK_WORD_BYTES * (at + 1))
}

function expectSame(found: Uint8Array, expected: Uint8Array, what: string): void {
  if (compareBytes(found, expected) !== 0) fail('ERR_VERIFY_REPLAY', `expected ${what} to come out again`)
}
