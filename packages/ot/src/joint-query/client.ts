import { concat, wipe } from '@mixun/core/bytes'
import type { Scalar } from '@mixun/core/group'
import { bitsOfBytes, integerOfBits } from '../circuits/index.ts'
import { blindRecorded } from '../consent-blinding/index.ts'
import { subjectHandle } from '../joint-table/index.ts'
import { decodeOkvs, type Okvs } from '../okvs/index.ts'
import { decodePublicKey, unblindAndHash, verifyProof } from '../oprf/index.ts'
import type { ReceiverSeeds } from '../ot-extension/index.ts'
import { OneShot } from '../state/one-shot.ts'
import { digestOf, jointBlindingContext, type JointTableBinding } from './binding.ts'
import { checkFor } from './checks.ts'
import { decodeJointEvaluation, decodeSealed, encodeJointRequest, jointGarblingBytes } from './codec.ts'
import { type ChosenInputs, chooseInputs, evaluateCheck } from './evaluator.ts'
import type { JointRequest } from './messages.ts'
import {
  jointReceiptCodec,
  type JointReceipt,
  type SignedJointReceipt,
  verifyJointReceipt,
} from './receipt.ts'
import { seededSource } from './seeds.ts'

/** What the inquirer brings to every session of a query. */
export interface JointSecrets {
  /** x, the subject's encoding; secret. */
  readonly input: Uint8Array
  /** τ·s, from `combineBlind`; secret. */
  readonly blind: Uint8Array
  /** The seed of the statement's commitment, 32 bytes; secret. */
  readonly seed: Uint8Array
}

interface Requested {
  readonly factor: Scalar
  readonly opening: Scalar
  readonly input: Uint8Array
  readonly request: JointRequest
  readonly requestBytes: Uint8Array
}

interface Chosen {
  readonly messages: readonly [request: Uint8Array, evaluation: Uint8Array, choice: Uint8Array]
  readonly inputs: ChosenInputs
  readonly seedCommitment: Uint8Array
}

/** What the inquirer keeps after its first message; secret, good for one {@link chooseEntry}. */
export type RequestedState = OneShot<Requested>

/** What it keeps after its second; secret, good for one {@link acceptAnswer}. */
export type ChosenState = OneShot<Chosen>

/**
 * The inquirer's first message: blinds the element of the recorded intent and proves it, from the query's seed.
 *
 * @throws ERR_VERIFY_COMMITMENT when input and blind do not open T, ERR_DECODE_…
 */
export function requestJoint(
  binding: JointTableBinding,
  { input, blind, seed }: JointSecrets,
  setupId: Uint8Array,
): { state: RequestedState; message: Uint8Array } {
  const { oprf } = binding.parameters
  const random = seededSource(
    binding.suite,
    seed,
    'blinding',
    digestOf(binding, 'session', [binding.sessionId]),
  )
  const recorded = { element: binding.statement.element, input, blind }
  const context = jointBlindingContext(binding)
  const { opening, factor, blindedElement, proof } = blindRecorded(oprf, context, recorded, random)
  const request = { setupId, blindedElement, proof }
  const message = encodeJointRequest(oprf, request)
  const state = new OneShot({ factor, opening, input: input.slice(), request, requestBytes: message })
  return { state, message }
}

/** What names the OTs of a session on both sides: fresh by the hello of one and the seed of the other. */
export function otTag(binding: JointTableBinding, request: Uint8Array, evaluation: Uint8Array): Uint8Array {
  return digestOf(binding, 'ot', [request, evaluation])
}

/**
 * The second message: checks the evaluation, finds the subject's entry in the store, and chooses the labels of both.
 *
 * @param seedsFor the seeds of the session's OTs, by their tag
 * @throws ERR_VERIFY_DLEQ, ERR_STATE_CONSUMED, ERR_DECODE_…
 */
export function chooseEntry(
  binding: JointTableBinding,
  store: Okvs,
  state: RequestedState,
  evaluation: Uint8Array,
  seedsFor: (tag: Uint8Array) => ReceiverSeeds,
): { state: ChosenState; message: Uint8Array; found: FoundEntry } {
  const requested = state.take()
  const { requestBytes } = requested
  const { seedCommitment, ...found } = findEntry(binding, store, requested, evaluation)
  const bits = bitsOfBytes(concat(found.handle, found.entry))
  const tag = otTag(binding, requestBytes, evaluation)
  const { state: inputs, message } = chooseInputs(seedsFor(tag), tag, bits)
  wipe(bits)
  const messages = [requestBytes, evaluation.slice(), message] as const
  return { state: new OneShot<Chosen>({ messages, inputs, seedCommitment }), message, found }
}

/** A subject in a table: secret. */
export interface FoundEntry {
  /** 16 bytes. */
  readonly handle: Uint8Array
  /** What the store decodes to there, 16 bytes: random unless the subject is in it, and random-looking then. */
  readonly entry: Uint8Array
}

function findEntry(
  { suite, commitment, parameters }: JointTableBinding,
  store: Okvs,
  { factor, opening, input, request }: Requested,
  evaluation: Uint8Array,
): FoundEntry & { readonly seedCommitment: Uint8Array } {
  const { oprf } = parameters
  try {
    const { evaluatedElement, proof, seedCommitment } = decodeJointEvaluation(oprf, evaluation)
    const publicKey = decodePublicKey(oprf, commitment.publicKey)
    verifyProof(oprf, publicKey, [request.blindedElement], [evaluatedElement], proof)
    const output = unblindAndHash(oprf, input, oprf.group.multiplyScalars(factor, opening), evaluatedElement)
    const handle = subjectHandle(suite, commitment, commitment.publicKey, output)
    wipe(output)
    return { handle, entry: decodeOkvs(store, handle), seedCommitment }
  } finally {
    wipe(input)
  }
}

interface Answered {
  readonly body: Uint8Array
  readonly inputs: ChosenInputs
}

/** What it keeps of a signed answer; secret, good for one {@link openAnswer}. */
export type AnsweredState = OneShot<Answered>

/**
 * Checks the provider's receipt of the session: from here on what its check comes to is its word.
 *
 * @param partyKey identity key of who answers, from the member registry
 * @throws ERR_VERIFY_SIGNATURE, ERR_STATE_CONSUMED, ERR_DECODE_…
 */
export function acceptAnswer(
  binding: JointTableBinding,
  state: ChosenState,
  answer: Uint8Array,
  partyKey: Uint8Array,
): { state: AnsweredState; receipt: JointReceipt; signed: SignedJointReceipt } {
  const { messages, inputs, seedCommitment } = state.take()
  const { suite, parameters, statement, commitment, party } = binding
  const { circuit } = checkFor(parameters, statement.output)
  const { body, answeredAt, signature } = decodeSealed(suite, jointGarblingBytes(circuit), answer)
  const receipt: JointReceipt = {
    version: 1,
    party,
    inquirer: statement.inquirer,
    intentId: statement.intentId,
    statement: binding.hash,
    sessionId: binding.sessionId,
    transcript: digestOf(binding, 'transcript', [...messages, body]),
    seedCommitment,
    table: commitment.version,
    answeredAt,
  }
  const signed = { receipt: jointReceiptCodec.encode(receipt), signature }
  verifyJointReceipt(suite, partyKey, signed)
  return { state: new OneShot<Answered>({ body, inputs }), receipt, signed }
}

/** Evaluates the check of an answer. @throws ERR_VERIFY_GARBLED, ERR_STATE_CONSUMED, ERR_DECODE_… */
export function openAnswer({ parameters, statement }: JointTableBinding, state: AnsweredState): bigint {
  const { body, inputs } = state.take()
  const { circuit } = checkFor(parameters, statement.output)
  return integerOfBits(evaluateCheck(circuit, inputs, body))
}
