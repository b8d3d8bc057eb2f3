/**
 * Balanced private set intersection (Raghuraman and Rindal, eprint 2022/320): the receiver learns which of its items the
 * sender has too, with a label of each where the sender gives labels; the sender learns the number of items.
 *
 *   sender(y, labels)                                      receiver(x)
 *                                           ◄──────────    offer: variant, number of items
 *   offer                                   ──────────►
 *   base OTs and trees of OT extension      ◄─────────►
 *   batched OPRF F                          ◄─────────►    F(x)
 *   F(y) cut, label under the rest of F(y),
 *   shuffled                                ──────────►    { x | F(x) among them }
 *
 * A label is under an AES-128 stream whose key is another part of F(y): who does not have y sees noise (payloads under
 * OPRF outputs, as in Chen et al., eprint 2018/787, and most labelled PSI).
 *
 * Adversary: as the parameters say. Semi-honest: fingerprints of 40 + log2(pairs) bits, so a wrong hit happens in one of
 * 2^40 runs. Malicious, in the random-oracle model: whole fingerprints; a receiver can look up as many items as the store
 * has columns, 1.1 · n + 256 (`receiverCapacity`, which {@link PsiOptions.maxPeerItems} is compared with); a sender can
 * use any items, up to the number it announced, and leave some out or give wrong labels. Nobody proves that its items are
 * true. Both learn the other's number of items.
 *
 * Resuming: nothing is. A run that was cut is begun again in a new session; setups of OT extension may serve further
 * runs with the same peer while they are usable, everything else is of one run.
 *
 * Not constant time: items decide addresses on their owner's side.
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { reusableSparse } from '@mixun/core/sparse'
import {
  digestItems,
  evaluateBatch,
  receiverCapacity,
  runBatchedOprfReceiver,
  runBatchedOprfSender,
} from '../batched-oprf/index.ts'
import { expectLength, frames } from '../oblivious-transfer/frames.ts'
import {
  type ReceiverSetup,
  type SenderSetup,
  setUpOtReceiver,
  setUpOtSender,
} from '../ot-extension/index.ts'
import { FingerprintTable, sealRecords } from './fingerprints.ts'
import { checkItemCount, checkLabels, requireDistinctItems } from './items.ts'
import type { PsiVariant } from './messages.ts'
import { makeOffer, takeOffer } from './offers.ts'
import {
  fingerprintBytes,
  MAX_PSI_ITEMS,
  PSI_PROTOCOL,
  type PsiParameters,
  psiParametersById,
} from './params.ts'

/** Options of both sides. */
interface PsiOptions {
  /** Distinct byte strings, normalised alike on both sides. */
  readonly items: readonly Uint8Array[]
  /** Items of the peer above which the run ends, {@link MAX_PSI_ITEMS} by default. */
  readonly maxPeerItems?: number
}

/** Options of the sender. */
export interface PsiSenderOptions extends PsiOptions {
  /** A label for each item, all of one length of 1 to 4,096 bytes; the receiver gets those of common items. */
  readonly labels?: readonly Uint8Array[]
  /** A setup that an earlier run with this peer returned; both sides give theirs or neither does. */
  readonly setup?: SenderSetup
}

/** Options of the receiver. */
export interface PsiReceiverOptions extends PsiOptions {
  /** Whether the sender must give labels; `items` by default. */
  readonly variant?: Exclude<PsiVariant, 'cardinality'>
  /** As {@link PsiSenderOptions.setup}. */
  readonly setup?: ReceiverSetup
}

/** What the sender has in the end. */
export interface PsiSenderResult {
  readonly peerCount: number
  /** For a further run with this peer in this process. */
  readonly setup: SenderSetup
}

/** What the receiver has in the end. */
export interface PsiReceiverResult {
  /** Positions of common items in the own list, ascending. */
  readonly common: readonly number[]
  /** The label of each of them; empty ones without labels. */
  readonly labels: readonly Uint8Array[]
  readonly peerCount: number
  /** As {@link PsiSenderResult.setup}. */
  readonly setup: ReceiverSetup
}

/**
 * The sender's part, on whichever side of the session. Does not refuse: the caller answers a failure with
 * `session.refuse`.
 *
 * @throws ERR_INPUT_DUPLICATE, ERR_INPUT_LENGTH, ERR_INPUT_RANGE (nothing is sent), ERR_PSI_HANDSHAKE, ERR_VERIFY_VOLE,
 * ERR_VERIFY_OT_EXTENSION, ERR_STATE_CONSUMED, ERR_PARAMETER_FOREIGN, ERR_SESSION_PROTOCOL, ERR_DECODE_… and the errors
 * of the session
 */
export async function runPsiSender(session: Session, options: PsiSenderOptions): Promise<PsiSenderResult> {
  const parameters = parametersOf(session)
  const { items, labels = null } = options
  const digests = digestsOf(session, items)
  const labelBytes = labels === null ? 0 : checkLabels(labels, items.length)
  const variant = labels === null ? 'items' : 'labels'
  const { transcript } = session
  const terms = { variant, maxPeerItems: options.maxPeerItems } as const
  const peer = takeOffer(transcript, 'receiver', await session.receive(), terms, count =>
    capacityOf(parameters, count),
  )
  await session.send(makeOffer(transcript, 'sender', { variant, count: items.length, labelBytes }))
  const extension = { parameters: parameters.oprf.vole.extension }
  const setup = options.setup ?? (await setUpOtSender(session, extension))
  const kernels = { makeKernel: reusableSparse() }
  const oprf = await runBatchedOprfSender(session, setup, parameters.oprf, peer.count, kernels)
  const shape = { fingerprintBytes: fingerprintBytes(parameters, peer.count, items.length), labelBytes }
  const records = sealRecords(shape, evaluateBatch(oprf, digests, kernels), labels, session.random)
  const recordBytes = shape.fingerprintBytes + labelBytes
  for (const { from, size } of frames(items.length, recordBytes)) {
    await session.send(records.slice(recordBytes * from, recordBytes * (from + size)))
  }
  return { peerCount: peer.count, setup }
}

/**
 * The receiver's part, as {@link runPsiSender}.
 *
 * @throws as {@link runPsiSender}, and ERR_OKVS_ENCODE, ERR_VERIFY_COMMITMENT
 */
export async function runPsiReceiver(
  session: Session,
  options: PsiReceiverOptions,
): Promise<PsiReceiverResult> {
  const parameters = parametersOf(session)
  const { items, variant = 'items' } = options
  const digests = digestsOf(session, items)
  const { transcript } = session
  const terms = { variant, maxPeerItems: options.maxPeerItems }
  await session.send(makeOffer(transcript, 'receiver', { variant, count: items.length, labelBytes: 0 }))
  const peer = takeOffer(transcript, 'sender', await session.receive(), terms)
  const extension = { parameters: parameters.oprf.vole.extension }
  const setup = options.setup ?? (await setUpOtReceiver(session, extension))
  const kernels = { makeKernel: reusableSparse() }
  const outputs = await runBatchedOprfReceiver(session, setup, parameters.oprf, digests, kernels)
  const shape = {
    fingerprintBytes: fingerprintBytes(parameters, items.length, peer.count),
    labelBytes: peer.labelBytes,
  }
  const table = new FingerprintTable(shape, outputs)
  const recordBytes = shape.fingerprintBytes + shape.labelBytes
  for (const { size } of frames(peer.count, recordBytes)) {
    table.take(expectLength(await session.receive(), recordBytes * size))
  }
  return { ...table.finish(), peerCount: peer.count, setup }
}

/** Under what names the session; before anything is sent. @throws ERR_INPUT_DUPLICATE, ERR_INPUT_LENGTH */
function digestsOf({ transcript }: Session, items: readonly Uint8Array[]): Uint8Array {
  checkItemCount(items.length)
  const digests = digestItems(transcript.digest(), items)
  requireDistinctItems(digests)
  return digests
}

/** What a receiver of so many items may look up. */
function capacityOf(parameters: PsiParameters, count: number): number {
  return parameters.isMalicious ? Math.min(receiverCapacity(parameters.oprf, count), MAX_PSI_ITEMS) : count
}

function parametersOf({ hello }: Session): PsiParameters {
  if (hello.protocol !== PSI_PROTOCOL) fail('ERR_SESSION_PROTOCOL', `expected a session of ${PSI_PROTOCOL}`)
  return psiParametersById(hello.parameters)
}
