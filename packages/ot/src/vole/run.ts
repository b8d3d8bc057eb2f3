/**
 * Silent vector oblivious linear evaluation over GF(2^128): the receiver gets uniform u and w, the sender Δ and v with
 * w[i] = Δ · u[i] + v[i], from messages that hardly grow with their number.
 *
 *   sender(Δ)                                              receiver
 *                                           ◄──────────    two chunks of OT extension, choices of its tree OTs
 *   trees, their sums under OTs             ──────────►    all leaves but one a tree, where noise comes in
 *   malicious:                              ◄──────────    weights, masked sum of the noise
 *   commitment to the answer                ──────────►
 *                                           ◄──────────    answer
 *   opening                                 ──────────►
 *   v = code(leaves)                                       u = code(noise), w = code(Δ · noise + leaves)
 *
 * Sources: Boyle et al. (eprint 2019/1159: noise by punctured trees, syndrome decoding with regular noise), Weng et al.,
 * Wolverine (eprint 2020/925: single-point VOLE and its consistency check, here one check for all trees), Raghuraman,
 * Rindal and Tanguy (eprint 2023/882: the code). The base elements are chunks of SoftSpokenOT (eprint 2022/192) that keep
 * their correlation, 128 rows packed into one element; Δ is that of the setup.
 *
 * Adversary: malicious on both sides with the set that says so, else semi-honest. A sender who cheats in a tree is found
 * out unless it guesses a set that the noise of this tree lies in, so it learns one bit of noise on average; a receiver
 * passes a wrong answer with probability 2^-128. Nodes come from a permutation under a key of their tree: guessing one of
 * the 2^13 nodes of a tree costs 2^115 steps. Assumes that the code's dual with regular noise is pseudorandom
 * (`params.ts`), the ideal-cipher and the random-oracle model.
 *
 * Leaks: the number of elements. After a failed check both sides' setups are burnt, as those of OT extension.
 *
 * Not constant time: the receiver's positions decide addresses in its own memory.
 */
import type { Session } from '@mixun/core/session'
import { type SparseKernelFactory, wasmSparse } from '@mixun/core/sparse'
import { MixunError } from '@mixun/core/errors'
import { bitBytes } from '../base-ot/index.ts'
import { arrange, flipsFor } from '../oblivious-transfer/derandomize.ts'
import { expectLength } from '../oblivious-transfer/frames.ts'
import {
  openExtensionReceiver,
  openExtensionSender,
  type ReceiverSetup,
  runReceiverChunk,
  runReceiverCorrelations,
  runSenderChunk,
  runSenderCorrelations,
  type SenderSetup,
} from '../ot-extension/index.ts'
import { COMMITMENT_BYTES, decodeChallenge, decodeTrees, encodeChallenge, encodeTrees } from './codec.ts'
import { ELEMENT_BYTES, type VoleParameters, voleShape } from './params.ts'
import {
  challenge,
  checkOpening,
  drawPositions,
  finishReceiver,
  growPuncturedTrees,
  type ReceivedVole,
  treeChoices,
  type VoleReceiverState,
} from './receiver.ts'
import {
  checkAnswer,
  commitAnswer,
  expectedAnswer,
  finishSender,
  growTrees,
  type SentVole,
  type VoleSenderState,
} from './sender.ts'

const ROWS_OF_ELEMENT = 128

/** Options of either side. */
export interface VoleOptions {
  /** The kernel to compute with; `wasmSparse` by default. */
  readonly makeKernel?: SparseKernelFactory
  /** Of the receiver: work to do while the sender grows its trees. What it throws ends the run. */
  readonly meanwhile?: () => void
}

/**
 * The sender's part of a VOLE of `count` elements, over a session of any protocol whose sides both call it now.
 *
 * @param setup of OT extension with this peer, under `parameters.extension`
 * @throws ERR_VERIFY_VOLE, ERR_VERIFY_OT_EXTENSION, ERR_STATE_CONSUMED, ERR_INPUT_RANGE, ERR_DECODE_… and the errors of the
 * session
 */
export async function runVoleSender(
  session: Session,
  setup: SenderSetup,
  parameters: VoleParameters,
  count: number,
  { makeKernel = wasmSparse }: VoleOptions = {},
): Promise<SentVole> {
  const shape = voleShape(parameters, count)
  const tag = session.transcript.digest()
  const extension = await openExtensionSender(session, setup, { parameters: parameters.extension })
  return burnOnFailure(extension, async () => {
    const rows = await runSenderCorrelations(session, extension, ROWS_OF_ELEMENT * (parameters.trees + 1))
    const ots = await runSenderChunk(session, extension, parameters.trees * shape.depth)
    const flips = expectLength(await session.receive(), bitBytes(ots.count))
    const base = { delta: extension.delta, rows, ots: arrange(ots, flips) }
    const grown = growTrees(parameters, shape, tag, base, session.random, makeKernel)
    await session.send(encodeTrees(grown.message))
    if (parameters.isMalicious) await proveTrees(session, grown.state, makeKernel)
    return finishSender(grown.state, makeKernel)
  })
}

/** The receiver's part, as {@link runVoleSender}. */
export async function runVoleReceiver(
  session: Session,
  setup: ReceiverSetup,
  parameters: VoleParameters,
  count: number,
  { makeKernel = wasmSparse, meanwhile }: VoleOptions = {},
): Promise<ReceivedVole> {
  const shape = voleShape(parameters, count)
  const tag = session.transcript.digest()
  const extension = await openExtensionReceiver(session, setup, { parameters: parameters.extension })
  return burnOnFailure(extension, async () => {
    const base = await runReceiverCorrelations(session, extension, ROWS_OF_ELEMENT * (parameters.trees + 1))
    const ots = await runReceiverChunk(session, extension, parameters.trees * shape.depth)
    const positions = drawPositions(parameters, shape, session.random)
    await session.send(flipsFor(ots, treeChoices(positions, shape)))
    meanwhile?.()
    const trees = decodeTrees(parameters, shape, await session.receive())
    const state = growPuncturedTrees(parameters, shape, tag, positions, { base, ots }, trees, makeKernel)
    if (parameters.isMalicious) await checkTrees(session, state, makeKernel)
    return finishReceiver(state, makeKernel)
  })
}

async function proveTrees(
  session: Session,
  state: VoleSenderState,
  makeKernel: SparseKernelFactory,
): Promise<void> {
  const expected = expectedAnswer(state, decodeChallenge(await session.receive()), makeKernel)
  const nonce = session.random.bytes(COMMITMENT_BYTES)
  await session.send(commitAnswer(expected, nonce))
  checkAnswer(expected, expectLength(await session.receive(), ELEMENT_BYTES))
  await session.send(nonce)
}

async function checkTrees(
  session: Session,
  state: VoleReceiverState,
  makeKernel: SparseKernelFactory,
): Promise<void> {
  const { message, answer } = challenge(state, session.random, makeKernel)
  await session.send(encodeChallenge(message))
  const commitment = expectLength(await session.receive(), COMMITMENT_BYTES)
  await session.send(answer)
  checkOpening(commitment, expectLength(await session.receive(), COMMITMENT_BYTES), answer)
}

/** Ends the extension behind a run; what no honest peer sends, or its refusal, burns the setup. */
async function burnOnFailure<T>(extension: { burn(): void; end(): void }, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof MixunError && /^ERR_(VERIFY|DECODE)_|^ERR_PEER_REFUSED$/.test(error.code)) {
      extension.burn()
    }
    throw error
  } finally {
    extension.end()
  }
}
