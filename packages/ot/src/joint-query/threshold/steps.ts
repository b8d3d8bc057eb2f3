/**
 * The comparison that ends a query of kind `atLeastFen`: the inquirer holds the total less the association's masks, and learns
 * one bit of it.
 *
 *   inquirer(w = total − s)                           association(s = Σ ± mask)
 *   setup id, OTs of 64 input labels ─── 4.1 KB ──►
 *                                    ◄── 6.2 KB ───   garbled [w + s ≥ θ], labels, sum of its check words, signed receipt
 *
 * Source and adversary: as run.ts. The association learns that the query is answered and nothing of its result; with the inquirer
 * it learns the total. A malicious inquirer may put in another number than w, which asks about another θ; an audit finds it out.
 * A query is compared once: many comparisons would be a search for the total.
 */
import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { bitsOfBytes, type Circuit } from '../../circuits/index.ts'
import type { ReceiverSeeds, SenderSeeds } from '../../ot-extension/index.ts'
import { OneShot } from '../../state/one-shot.ts'
import { digestOf, type JointBinding } from '../binding.ts'
import {
  comparisonBytes,
  decodeComparison,
  decodeSealed,
  decodeThresholdRequest,
  encodeComparison,
  encodeThresholdRequest,
} from '../codec.ts'
import { bitsOfTotal, thresholdCheck } from './check.ts'
import { type ChosenInputs, chooseInputs, evaluateCheck } from '../evaluator.ts'
import { garbleFor } from '../garbler.ts'
import { sumOfWords } from '../masks.ts'
import {
  type JointReceipt,
  jointReceiptCodec,
  type SignedJointReceipt,
  verifyJointReceipt,
} from '../receipt.ts'
import { commitSeed, seededSource } from '../seeds.ts'
import { encodeJointShare } from '../share.ts'
import { maskedTotal, refuseTotal } from '../total.ts'
import type { JointValue } from '../total.ts'

interface Compared {
  readonly circuit: Circuit
  readonly request: Uint8Array
  readonly inputs: ChosenInputs
  /** Sum of the providers' checks. */
  readonly check: bigint
}

/** What the inquirer keeps between its steps; secret, good for one {@link finishComparison}. */
export type ComparedState = OneShot<Compared>

/** What names the OTs of a comparison on both sides. */
export function comparisonTag(binding: JointBinding): Uint8Array {
  return digestOf(binding, 'ot', [])
}

/** The check of this statement. @throws ERR_JOINT_STATEMENT when it is not about a threshold */
function comparisonOf({ statement }: JointBinding): Circuit {
  if (statement.output.kind !== 'atLeastFen') {
    return fail('ERR_JOINT_STATEMENT', 'expected a query that is to be compared with a threshold')
  }
  return thresholdCheck(statement.output.threshold)
}

/** The inquirer's message. @throws ERR_JOINT_INCOMPLETE, ERR_STATE_CONSUMED, ERR_DECODE_LENGTH */
export function requestComparison(
  binding: JointBinding,
  values: readonly JointValue[],
  shares: ReadonlyMap<string, Uint8Array>,
  setupId: Uint8Array,
  seedsFor: (tag: Uint8Array) => ReceiverSeeds,
): { state: ComparedState; message: Uint8Array } {
  const circuit = comparisonOf(binding)
  const { value, check } = maskedTotal(binding.statement, values, shares)
  const tag = comparisonTag(binding)
  const { state: inputs, message: choice } = chooseInputs(seedsFor(tag), tag, bitsOfTotal(value))
  const request = encodeThresholdRequest(setupId, choice)
  return { state: new OneShot({ circuit, request, inputs, check }), message: request }
}

/** What {@link answerComparison} works from. */
export interface ComparisonInputs {
  readonly request: Uint8Array
  /** Secret, 32 bytes. */
  readonly seed: Uint8Array
  readonly seeds: SenderSeeds
  readonly tag: Uint8Array
  /** Of `MaskKeys.wordsFor`; secret. */
  readonly words: Uint8Array
}

/**
 * The association's answer, which follows from the request, its seed, its words and the OTs.
 *
 * @throws ERR_VERIFY_OT_EXTENSION, ERR_DECODE_…, ERR_STATE_CONSUMED, ERR_JOINT_STATEMENT
 */
export function answerComparison(
  binding: JointBinding,
  { request, seed, seeds, tag, words }: ComparisonInputs,
): { body: Uint8Array; seedCommitment: Uint8Array } {
  const { suite, statement, party } = binding
  const circuit = comparisonOf(binding)
  const share = encodeJointShare(sumOfWords(statement, party, words))
  const random = seededSource(suite, seed, 'garbling', digestOf(binding, 'answer', [request]))
  const { choice } = decodeThresholdRequest(request)
  const garbling = garbleFor(circuit, bitsOfBytes(share.subarray(0, 8)), seeds, tag, choice, random)
  const seedCommitment = commitSeed(suite, { party, role: 'association' }, seed)
  const body = encodeComparison(circuit, { garbling, check: share.subarray(8), seedCommitment })
  return { body, seedCommitment }
}

/**
 * The bit, after receipt and checks hold.
 *
 * @throws ERR_VERIFY_SIGNATURE, ERR_VERIFY_JOINT_TOTAL, ERR_VERIFY_GARBLED, ERR_STATE_CONSUMED, ERR_DECODE_…
 */
export function finishComparison(
  binding: JointBinding,
  state: ComparedState,
  answer: Uint8Array,
  partyKey: Uint8Array,
): { isAtLeast: boolean; receipt: JointReceipt; signed: SignedJointReceipt } {
  const { circuit, request, inputs, check } = state.take()
  const { suite, statement } = binding
  const { body, answeredAt, signature } = decodeSealed(suite, comparisonBytes(circuit), answer)
  const { garbling, check: own, seedCommitment } = decodeComparison(circuit, body)
  const receipt = comparisonReceipt(binding, request, body, seedCommitment, answeredAt)
  const signed = { receipt: jointReceiptCodec.encode(receipt), signature }
  verifyJointReceipt(suite, partyKey, signed)
  const sum = check + new DataView(own.buffer, own.byteOffset, own.length).getBigUint64(0, true)
  if (BigInt.asUintN(64, sum) !== 0n) {
    refuseTotal(
      `expected masks that cancel with those of ${binding.party} in query ${toHex(statement.intentId)}`,
    )
  }
  return { isAtLeast: evaluateCheck(circuit, inputs, garbling)[0] === 1, receipt, signed }
}

/** What the association signs. */
export function comparisonReceipt(
  binding: JointBinding,
  request: Uint8Array,
  body: Uint8Array,
  seedCommitment: Uint8Array,
  answeredAt: number,
): JointReceipt {
  const { statement, party, hash, sessionId } = binding
  return {
    version: 1,
    party,
    inquirer: statement.inquirer,
    intentId: statement.intentId,
    statement: hash,
    sessionId,
    transcript: digestOf(binding, 'transcript', [request, body]),
    seedCommitment,
    table: 0,
    answeredAt,
  }
}
