/**
 * Oblivious transfer extension: from 128 base OTs any number of random ones, in sessions of many chunks.
 *
 *   sender(Δ)                                               receiver
 *   setup, once   φ[1…128] (base OTs of ¬Δ)  ──────────►
 *                                            ◄──────────    A; corrections of the trees, with their check
 *   a session                                ◄──────────    id of the setup
 *   a chunk                                  ◄──────────    u[i] + u[0] for all trees i, with ũ and Ṽ
 *   verify W̃ = Ṽ + ũ · Δ
 *   H(w[j], j), H(w[j] + Δ, j)                              u[j], H(v[j], j)
 *
 * Source: Roy, "SoftSpokenOT" (eprint 2022/192): punctured trees with their consistency check, small-field VOLE (figure
 * 7), the repetition code, the subspace check by a universal hash over GF(2^128); k = 1 without the check is IKNP
 * (CRYPTO 2003). The hash is TMMO (eprint 2019/074) over AES-128 under a public key that changes every 1,024 OTs, with the
 * number of the OT as tweak.
 *
 * Adversary: malicious on both sides with the sets that say so, in the random-oracle and ideal-cipher models; the others
 * are semi-honest. The challenge comes by Fiat–Shamir from the matrix, so the hash has 128 bits. A cheating receiver who
 * bets on b bits of Δ is found out with probability 1 − 2^-b: it wins b bits otherwise, and every check that fails burns
 * Δ and all seeds.
 *
 * Leaks: the counts. Sessions of one setup have seeds of their own and can be linked by the setup's id.
 *
 * Not constant time: nothing by the source, in no runtime; an engine may do as it likes.
 */
import { equalConstantTime } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { type Gf2KernelFactory, wasmGf2 } from '@mixun/core/gf2'
import type { Session } from '@mixun/core/session'
import {
  BASE_OT_COUNT,
  baseOtParametersOf,
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  encodeSenderMessage,
  finishReceiver,
  finishSender,
  startReceiver,
  startSender,
} from '../base-ot/index.ts'
import { decodeChunk, decodeTrees, encodeChunk, encodeTrees } from './codec.ts'
import type { ChunkMessage } from './messages.ts'
import { OT_EXTENSION_PROTOCOL, type OtExtensionParameters, otExtensionParametersById } from './params.ts'
import { ExtensionReceiver, type ReceivedOts } from './receiver.ts'
import { ExtensionSender, type SentOts } from './sender.ts'
import type { ReceiverSetup, SenderSetup } from './setup.ts'
import { setUpReceiver, setUpSender } from './setup-steps.ts'

/** Options of a session of extension. */
export interface OtExtensionOptions {
  /** The kernel to compute with; `wasmGf2` by default. */
  readonly makeKernel?: Gf2KernelFactory
  /** The parameters of the extension in a session of another protocol; those that the hello names by default. */
  readonly parameters?: OtExtensionParameters
}

/**
 * The sender's setup over a session of this protocol: 128 base OTs, one and a half round trips.
 *
 * @throws ERR_VERIFY_OT_EXTENSION, ERR_DECODE_…, ERR_SESSION_PROTOCOL and the errors of the session
 */
export async function setUpOtSender(
  session: Session,
  options: Pick<OtExtensionOptions, 'parameters'> = {},
): Promise<SenderSetup> {
  const parameters = parametersOf(session, options)
  const base = baseOtParametersOf(session.identity.suite.id)
  const { transcript } = session
  const choices = session.random.bytes(BASE_OT_COUNT / 8)
  const { state, message } = startReceiver(base, transcript.digest(), BASE_OT_COUNT, choices, session.random)
  const up = encodeReceiverMessage(base, message)
  await session.send(up)
  const down = await session.receive()
  const chosen = finishReceiver(state, decodeSenderMessage(base, down))
  transcript.absorb('base-ot receiver', up)
  transcript.absorb('base-ot sender', down)
  const id = transcript.digest()
  const trees = await session.receive()
  transcript.absorb('trees', trees)
  return setUpSender(parameters, id, choices, chosen, decodeTrees(parameters, trees))
}

/** The receiver's setup, as {@link setUpOtSender}. */
export async function setUpOtReceiver(
  session: Session,
  options: Pick<OtExtensionOptions, 'parameters'> = {},
): Promise<ReceiverSetup> {
  const parameters = parametersOf(session, options)
  const base = baseOtParametersOf(session.identity.suite.id)
  const { transcript } = session
  const { state, message } = startSender(base, transcript.digest(), BASE_OT_COUNT, session.random)
  const down = encodeSenderMessage(base, message)
  await session.send(down)
  const up = await session.receive()
  const pairs = finishSender(state, decodeReceiverMessage(base, BASE_OT_COUNT, up))
  transcript.absorb('base-ot receiver', up)
  transcript.absorb('base-ot sender', down)
  const { setup, message: treesMessage } = setUpReceiver(parameters, transcript.digest(), pairs)
  const trees = encodeTrees(parameters, treesMessage)
  await session.send(trees)
  transcript.absorb('trees', trees)
  return setup
}

/**
 * Starts the sender of a session: that of the setup, or a later one with the same peer. Its tag is the digest of the
 * session's transcript.
 *
 * @throws ERR_SESSION_PROTOCOL when the peer names another setup, ERR_PARAMETER_FOREIGN for a setup of another set,
 * ERR_STATE_CONSUMED, ERR_DECODE_… and the errors of the session
 */
export async function openExtensionSender(
  session: Session,
  setup: SenderSetup,
  options: OtExtensionOptions = {},
): Promise<ExtensionSender> {
  const sender = new ExtensionSender(setup, tagOf(session, setup, options), options.makeKernel ?? wasmGf2)
  const id = await session.receive()
  session.transcript.absorb('setup', id)
  if (!equalConstantTime(id, setup.id)) fail('ERR_SESSION_PROTOCOL', 'expected a session of this setup')
  return sender
}

/** Starts the receiver, as {@link openExtensionSender}. */
export async function openExtensionReceiver(
  session: Session,
  setup: ReceiverSetup,
  options: OtExtensionOptions = {},
): Promise<ExtensionReceiver> {
  const receiver = new ExtensionReceiver(setup, tagOf(session, setup, options), options.makeKernel ?? wasmGf2)
  await session.send(setup.id)
  session.transcript.absorb('setup', setup.id)
  return receiver
}

/**
 * The sender's part of a chunk of `count` OTs, at most `chunkCount`. Whatever goes wrong ends the session's extension; a
 * message that no honest receiver sends burns the setup.
 *
 * @throws ERR_VERIFY_OT_EXTENSION, ERR_DECODE_…, ERR_STATE_CONSUMED and the errors of the session
 */
export async function runSenderChunk(
  session: Session,
  sender: ExtensionSender,
  count: number,
): Promise<SentOts> {
  return takeChunk(session, sender, count, message => sender.extend(count, message))
}

/** The receiver's part of a chunk, as {@link runSenderChunk}. A refusal of the peer burns the setup here as well. */
export async function runReceiverChunk(
  session: Session,
  receiver: ExtensionReceiver,
  count: number,
): Promise<ReceivedOts> {
  return sendChunk(session, receiver, count, () => receiver.extend(count))
}

/** A chunk that keeps its correlation, as {@link runSenderChunk}: the sender's rows w = v + u · Δ. */
export async function runSenderCorrelations(
  session: Session,
  sender: ExtensionSender,
  count: number,
): Promise<Uint8Array> {
  return takeChunk(session, sender, count, message => sender.correlate(count, message))
}

/** The receiver's part of {@link runSenderCorrelations}: choice bits u, and rows v as messages. */
export async function runReceiverCorrelations(
  session: Session,
  receiver: ExtensionReceiver,
  count: number,
): Promise<ReceivedOts> {
  return sendChunk(session, receiver, count, () => receiver.correlate(count))
}

async function takeChunk<T>(
  session: Session,
  sender: ExtensionSender,
  count: number,
  take: (message: ChunkMessage) => T,
): Promise<T> {
  sender.requireOpen()
  try {
    const bytes = await session.receive()
    return take(decodeChunk(sender.parameters, sender.index, count, bytes))
  } catch (error) {
    if (error instanceof MixunError && error.code.startsWith('ERR_DECODE_')) sender.burn()
    sender.end()
    throw error
  }
}

async function sendChunk(
  session: Session,
  receiver: ExtensionReceiver,
  count: number,
  make: () => { ots: ReceivedOts; message: ChunkMessage; index: number },
): Promise<ReceivedOts> {
  try {
    const { ots, message, index } = make()
    await session.send(encodeChunk(receiver.parameters, index, count, message))
    return ots
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_PEER_REFUSED') receiver.burn()
    receiver.end()
    throw error
  }
}

function tagOf(
  session: Session,
  setup: SenderSetup | ReceiverSetup,
  options: OtExtensionOptions,
): Uint8Array {
  const parameters = parametersOf(session, options)
  if (parameters.id !== setup.parameters.id) {
    fail('ERR_PARAMETER_FOREIGN', `expected a setup of ${parameters.id}, found ${setup.parameters.id}`)
  }
  return session.transcript.digest()
}

function parametersOf(
  { hello }: Session,
  { parameters }: Pick<OtExtensionOptions, 'parameters'>,
): OtExtensionParameters {
  if (parameters !== undefined) return parameters
  if (hello.protocol !== OT_EXTENSION_PROTOCOL) {
    fail('ERR_SESSION_PROTOCOL', `expected a session of ${OT_EXTENSION_PROTOCOL}`)
  }
  return otExtensionParametersById(hello.parameters)
}
