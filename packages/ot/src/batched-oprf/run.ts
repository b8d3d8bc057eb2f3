/**
 * Batched oblivious pseudorandom function: the receiver gets F of its own items, the sender can compute F of any items,
 * and neither learns what the other asks (Rindal and Schoppmann, eprint 2021/266, figure "malicious OPRF"; Raghuraman and
 * Rindal, eprint 2022/320).
 *
 *   sender(Δ)                                              receiver(x)
 *   malicious: commitment to its coin       ──────────►
 *   VOLE: Δ, v                              ◄─────────►    u, w = Δ · u + v
 *                                           ◄──────────    seed, its coin; columns P + u, where row(x) · P = H(x)
 *   K = v + Δ · (P + u)
 *   its coin                                ──────────►
 *   F(y) = H'(row(y) · K − Δ · H(y) + coin, y)             F(x) = H'(row(x) · w + coin, x)
 *
 * The figures compute over GF(2^128) in both sets; eprint 2022/320 has a semi-honest variant over a subfield, which sends
 * less. Rows and values are halves of one SHA-256 of the item under the session's tag; the coins, which make F uniform
 * whatever either side does, are of the malicious set.
 *
 * Adversary: as the set says; malicious in the random-oracle model, given the VOLE. A receiver who cheats can fit as many
 * items as the store has columns, 1.1 · n + 256, into one run: {@link receiverCapacity}.
 *
 * Leaks: the numbers of items. Not constant time: rows decide addresses on both sides.
 */
import { equalConstantTime, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { type SparseKernelFactory, wasmSparse } from '@mixun/core/sparse'
import { intl } from '@mixun/core/suite'
import { expectLength, frames } from '../oblivious-transfer/frames.ts'
import type { Okvs } from '../okvs/index.ts'
import type { ReceiverSetup, SenderSetup } from '../ot-extension/index.ts'
import { runVoleReceiver, runVoleSender } from '../vole/index.ts'
import { COMMITMENT_BYTES, decodeStoreHead, encodeStoreHead } from './codec.ts'
import { type BatchedOprfParameters, DIGEST_BYTES, ELEMENT_BYTES, receiverCapacity } from './params.ts'
import { blindStore, receiverOutputs, storeItems } from './receiver.ts'
import { type BatchedOprfKey, oprfKey, senderOutputs } from './sender.ts'

/** Options of either side. */
export interface BatchedOprfOptions {
  /** The kernel to compute with; `wasmSparse` by default. */
  readonly makeKernel?: SparseKernelFactory
}

/** What the sender has in the end: F for any items. Secret. */
export interface BatchedOprfSender {
  readonly key: BatchedOprfKey
  readonly coin: Uint8Array
}

/**
 * The sender's part: what F is for this run. The caller knows how many items the receiver has.
 *
 * @throws ERR_VERIFY_VOLE, ERR_VERIFY_OT_EXTENSION, ERR_STATE_CONSUMED, ERR_DECODE_… and the errors of the session
 */
export async function runBatchedOprfSender(
  session: Session,
  setup: SenderSetup,
  parameters: BatchedOprfParameters,
  receiverCount: number,
  { makeKernel = wasmSparse }: BatchedOprfOptions = {},
): Promise<BatchedOprfSender> {
  const capacity = receiverCapacity(parameters, receiverCount)
  const own = session.random.bytes(ELEMENT_BYTES)
  if (parameters.isMalicious) await session.send(commitCoin(session, own))
  const vole = await runVoleSender(session, setup, parameters.vole, capacity, { makeKernel })
  const { seed, coin } = decodeStoreHead(await session.receive())
  const columns = new Uint8Array(ELEMENT_BYTES * capacity)
  for (const { from, size } of frames(capacity, ELEMENT_BYTES)) {
    columns.set(expectLength(await session.receive(), ELEMENT_BYTES * size), ELEMENT_BYTES * from)
  }
  const key = oprfKey(parameters, receiverCount, vole, { seed, columns }, makeKernel)
  if (!parameters.isMalicious) return { key, coin: new Uint8Array(ELEMENT_BYTES) }
  await session.send(own)
  return { key, coin: own.map((byte, i) => byte ^ (coin[i] as number)) }
}

/** F of items as the sender computes it, 32 bytes each. @param digests of `digestItems` */
export function evaluateBatch(
  { key, coin }: BatchedOprfSender,
  digests: Uint8Array,
  { makeKernel = wasmSparse }: BatchedOprfOptions = {},
): Uint8Array {
  return senderOutputs(key, coin, digests, makeKernel)
}

/**
 * The receiver's part, as {@link runBatchedOprfSender}.
 *
 * @param digests of the items, distinct
 * @returns F of the items, 32 bytes each, in their order
 * @throws as {@link runBatchedOprfSender}, ERR_VERIFY_COMMITMENT when the sender's coin is not what it committed to,
 * ERR_OKVS_ENCODE, and ERR_INPUT_DUPLICATE for an item that stands twice
 */
export async function runBatchedOprfReceiver(
  session: Session,
  setup: ReceiverSetup,
  parameters: BatchedOprfParameters,
  digests: Uint8Array,
  { makeKernel = wasmSparse }: BatchedOprfOptions = {},
): Promise<Uint8Array> {
  const capacity = receiverCapacity(parameters, digests.length / DIGEST_BYTES)
  const commitment = parameters.isMalicious
    ? expectLength(await session.receive(), COMMITMENT_BYTES)
    : new Uint8Array(0)
  let made: Okvs | undefined
  const makeStore = () => (made ??= storeItems(parameters, digests, session.random, makeKernel))
  const options = { makeKernel, meanwhile: () => void makeStore() }
  const vole = await runVoleReceiver(session, setup, parameters.vole, capacity, options)
  const store = makeStore()
  const { seed, columns } = blindStore(store, vole)
  const coin = parameters.isMalicious ? session.random.bytes(ELEMENT_BYTES) : new Uint8Array(ELEMENT_BYTES)
  await session.send(encodeStoreHead({ seed, coin }))
  for (const { from, size } of frames(capacity, ELEMENT_BYTES)) {
    await session.send(columns.slice(ELEMENT_BYTES * from, ELEMENT_BYTES * (from + size)))
  }
  if (!parameters.isMalicious) return receiverOutputs(store, vole, coin, digests, makeKernel)
  const other = expectLength(await session.receive(), ELEMENT_BYTES)
  if (!equalConstantTime(commitCoin(session, other), commitment)) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the coin that was committed to')
  }
  const both = coin.map((byte, i) => byte ^ (other[i] as number))
  return receiverOutputs(store, vole, both, digests, makeKernel)
}

/** Binding and hiding: the coin has 128 bits, and the session's id makes it of one session. */
function commitCoin(session: Session, coin: Uint8Array): Uint8Array {
  return intl.hash(utf8('mixun-batched-oprf-1-coin\0'), session.id, coin)
}
