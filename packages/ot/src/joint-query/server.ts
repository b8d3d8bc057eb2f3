import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { verifyBlinding } from '../consent-blinding/index.ts'
import type { JointTableCommitment } from '../joint-table/index.ts'
import { encodePublicKey, evaluateWithProof, type OprfKeyPair } from '../oprf/index.ts'
import type { SenderSeeds } from '../ot-extension/index.ts'
import { OneShot } from '../state/one-shot.ts'
import { digestOf, jointBlindingContext, type JointTableBinding } from './binding.ts'
import { checkFor } from './checks.ts'
import { decodeJointRequest, encodeJointEvaluation } from './codec.ts'
import { garbleFor } from './garbler.ts'
import { sumOfWords } from './masks.ts'
import type { JointRequest } from './messages.ts'
import { noiseShare } from './noise.ts'
import { commitSeed, seededSource } from './seeds.ts'
import { encodeJointShare, sumOfShares } from './share.ts'

/** A provider's table as itself. */
export interface OwnJointTable {
  readonly commitment: JointTableCommitment
  readonly key: OprfKeyPair
  /** Secret, 16 bytes. */
  readonly maskKey: Uint8Array
}

/** A request whose proof of ρ holds; good for one {@link evaluateJoint}. Made by {@link acceptJoint} only. */
export interface AcceptedJointRequest {
  /** The setup that the inquirer names. */
  readonly setupId: Uint8Array
  readonly request: OneShot<JointRequest>
}

/**
 * Checks that B is a known multiple of the recorded T, in this session and for this statement. Needs no secret.
 *
 * @throws ERR_VERIFY_BLINDING, ERR_DECODE_…
 */
export function acceptJoint(binding: JointTableBinding, message: Uint8Array): AcceptedJointRequest {
  const { oprf } = binding.parameters
  const request = decodeJointRequest(oprf, message)
  const element = oprf.group.decodeElement(binding.statement.element)
  const context = jointBlindingContext(binding)
  verifyBlinding(oprf, context, [element], [request.blindedElement], request.proof)
  return { setupId: request.setupId, request: new OneShot(request) }
}

/**
 * Evaluates an accepted request and commits to the seed of what follows.
 *
 * @param seed 32 fresh bytes; secret
 * @param random for the proof. Not the seed: an auditor who is given the seed would read the key from the proof
 * @throws ERR_INPUT_RANGE when `key` is not the committed one, ERR_STATE_CONSUMED
 */
export function evaluateJoint(
  binding: JointTableBinding,
  accepted: AcceptedJointRequest,
  key: OprfKeyPair,
  seed: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const { oprf } = binding.parameters
  const { blindedElement } = accepted.request.take()
  if (compareBytes(encodePublicKey(oprf, key.publicKey), binding.commitment.publicKey) !== 0) {
    fail('ERR_INPUT_RANGE', 'expected the evaluation key of the committed table')
  }
  const { evaluatedElements, proof } = evaluateWithProof(
    oprf,
    key,
    { blindedElements: [blindedElement] },
    random,
  )
  const [evaluatedElement] = evaluatedElements
  if (evaluatedElement === undefined || proof === null) {
    return fail('ERR_INPUT_LENGTH', 'expected one evaluated element with its proof')
  }
  const seedCommitment = commitSeed(binding.suite, { party: binding.party, role: 'provider' }, seed)
  return encodeJointEvaluation(oprf, { evaluatedElement, proof, seedCommitment })
}

/** What {@link answerJoint} works from. */
export interface AnswerInputs {
  /** Request, evaluation and choice, as they were sent. */
  readonly messages: readonly [request: Uint8Array, evaluation: Uint8Array, choice: Uint8Array]
  /** Secret, 16 bytes. */
  readonly maskKey: Uint8Array
  /** Secret, 32 bytes. */
  readonly seed: Uint8Array
  /** The seeds of the session's OTs. */
  readonly seeds: SenderSeeds
  readonly tag: Uint8Array
  /** Of `MaskKeys.wordsFor`; secret. */
  readonly words: Uint8Array
}

/**
 * The garbled check and the provider's share of the query: all of it follows from the messages, the seed, the mask key, the
 * words and the OTs, so that an audit makes it again. The seed was committed to before the inquirer's choice was seen, and
 * what is drawn from it depends on the choice: neither side alone chooses share and noise.
 *
 * @returns `body`, what is sent, and `share`, 16 bytes, which is not
 * @throws ERR_VERIFY_OT_EXTENSION, ERR_DECODE_…, ERR_STATE_CONSUMED
 */
export function answerJoint(
  binding: JointTableBinding,
  { messages, maskKey, seed, seeds, tag, words }: AnswerInputs,
): { body: Uint8Array; share: Uint8Array } {
  const { suite, parameters, statement, party } = binding
  const context = digestOf(binding, 'answer', messages)
  const { circuit, constants } = checkFor(parameters, statement.output)
  const own = seededSource(suite, seed, 'share', context).bytes(8)
  const garbling = seededSource(suite, seed, 'garbling', context)
  const body = garbleFor(circuit, constants(maskKey, own), seeds, tag, messages[2], garbling)
  const noise =
    statement.noise === null
      ? 0n
      : noiseShare(
          statement.noise.scale,
          statement.tables.length,
          seededSource(suite, seed, 'noise', context),
        )
  const value = new DataView(own.buffer).getBigUint64(0, true) + noise
  const share = sumOfShares([{ value, check: 0n }, sumOfWords(statement, party, words)])
  return { body, share: encodeJointShare(share) }
}
