/**
 * The number of common items and nothing else (De Cristofaro, Gasti and Tsudik, "Fast and private computation of
 * cardinality of set intersection and union", CANS 2012, eprint 2011/141): the sender gives the receiver's points back in
 * an order of its own, so that what matches cannot be told apart.
 *
 *   sender(y)                                              receiver(x)
 *                                           ◄──────────    offer
 *   offer                                   ──────────►
 *                                           ◄──────────    a·H(x), shuffled
 *   b·H(y), shuffled                        ──────────►
 *   b·a·H(x), shuffled anew                 ──────────►    | { b·a·H(x) } ∩ { a·b·H(y) } |
 *
 * The paper's receiver takes its exponent off again and compares hashes; here it multiplies the sender's points, which
 * compares the same and needs no inverse. Points are of ristretto255, whose order is prime (`points.ts` says why).
 *
 * The batched OPRF of `psi` cannot do this: its receiver knows which of its items has which output. Constructions that
 * could (permuted OPRFs, circuits) cost tens of millions of transfers at 2^20 items.
 *
 * Adversary: honest but curious on both sides, by decisional Diffie–Hellman and the hash as a random oracle. A receiver
 * who asks again with a set that differs in one item learns whether the sender has it: limit runs, and ask for a least
 * number of items (`minPeerItems`). Leaks the numbers of items.
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { concat } from '@mixun/core/bytes'
import { shuffled } from '../blocks/shuffled.ts'
import type { PsiKey } from '../ecdh-psi/psi-curve.ts'
import { expectLength } from '../oblivious-transfer/frames.ts'
import { digestItems } from '../batched-oprf/index.ts'
import { checkItemCount, requireDistinctItems } from '../psi/items.ts'
import type { PsiOffer } from '../psi/messages.ts'
import { makeOffer, takeOffer } from '../psi/offers.ts'
import { itemPoints } from './points.ts'
import { PSI_CARDINALITY_PROTOCOL, psiCardinalityParameters } from './params.ts'

const { pointBytes } = itemPoints

/** Points of a frame: what is computed between two waits. */
const BATCH_POINTS = 1_024

/** Options of either side. */
export interface PsiCardinalityOptions {
  /** Distinct byte strings, normalised alike on both sides. */
  readonly items: readonly Uint8Array[]
  /** Items of the peer above which the run ends; MAX_PSI_ITEMS by default. */
  readonly maxPeerItems?: number
  /** Items of the peer below which the run ends: a count over few items says much of each. 0 by default. */
  readonly minPeerItems?: number
}

/**
 * The sender's part; it learns the number of the receiver's items.
 *
 * @throws ERR_INPUT_DUPLICATE (nothing is sent), ERR_PSI_HANDSHAKE, ERR_PSI_REPEATED, ERR_DECODE_…, ERR_SESSION_PROTOCOL
 * and the errors of the session
 */
export async function runPsiCardinalitySender(
  session: Session,
  options: PsiCardinalityOptions,
): Promise<{ peerCount: number }> {
  requireProtocol(session)
  checkOwnItems(session, options.items)
  const { transcript } = session
  const peer = agree(takeOffer(transcript, 'receiver', await session.receive(), termsOf(options)), options)
  await session.send(makeOffer(transcript, 'sender', offerOf(options)))
  const key = itemPoints.generateKey(session.random)
  const twice: Uint8Array[] = []
  await Promise.all([
    sendItems(session, key, options.items),
    receivePoints(session, peer.count, points => twice.push(...key.encryptPoints(points))),
  ])
  const order = shuffled(twice.length, session.random)
  await sendPoints(
    session,
    Array.from(order, i => twice[i] as Uint8Array),
  )
  return { peerCount: peer.count }
}

/**
 * The receiver's part, as {@link runPsiCardinalitySender}.
 *
 * @returns how many items are common
 */
export async function runPsiCardinalityReceiver(
  session: Session,
  options: PsiCardinalityOptions,
): Promise<{ cardinality: number; peerCount: number }> {
  requireProtocol(session)
  checkOwnItems(session, options.items)
  const { transcript } = session
  await session.send(makeOffer(transcript, 'receiver', offerOf(options)))
  const peer = agree(takeOffer(transcript, 'sender', await session.receive(), termsOf(options)), options)
  const key = itemPoints.generateKey(session.random)
  const theirs = new Set<string>()
  await Promise.all([
    sendItems(session, key, options.items),
    receivePoints(session, peer.count, points => {
      for (const point of key.encryptPoints(points)) theirs.add(textOf(point))
    }),
  ])
  let cardinality = 0
  await receivePoints(session, options.items.length, points => {
    for (const point of points) if (theirs.has(textOf(point))) cardinality++
  })
  return { cardinality, peerCount: peer.count }
}

async function sendItems(session: Session, key: PsiKey, items: readonly Uint8Array[]): Promise<void> {
  const order = shuffled(items.length, session.random)
  for (let from = 0; from < items.length; from += BATCH_POINTS) {
    const some = Array.from(order.subarray(from, from + BATCH_POINTS), i => items[i] as Uint8Array)
    await session.send(concat(...key.encryptItems(some)))
  }
}

async function sendPoints(session: Session, points: readonly Uint8Array[]): Promise<void> {
  for (let from = 0; from < points.length; from += BATCH_POINTS) {
    await session.send(concat(...points.slice(from, from + BATCH_POINTS)))
  }
}

/** Takes `count` points that are all different, batch by batch. @throws ERR_DECODE_LENGTH, ERR_PSI_REPEATED */
async function receivePoints(
  session: Session,
  count: number,
  take: (points: Uint8Array[]) => void,
): Promise<void> {
  const seen = new Set<string>()
  for (let from = 0; from < count; from += BATCH_POINTS) {
    const size = Math.min(BATCH_POINTS, count - from)
    const frame = expectLength(await session.receive(), pointBytes * size)
    const points = Array.from({ length: size }, (_, i) => frame.slice(pointBytes * i, pointBytes * (i + 1)))
    for (const point of points) {
      const text = textOf(point)
      if (seen.has(text)) fail('ERR_PSI_REPEATED', 'expected points that are new, found one of this run')
      seen.add(text)
    }
    take(points)
  }
}

function offerOf({ items }: PsiCardinalityOptions) {
  return { variant: 'cardinality', count: items.length, labelBytes: 0 } as const
}

function termsOf({ maxPeerItems }: PsiCardinalityOptions) {
  return { variant: 'cardinality', maxPeerItems } as const
}

function agree(peer: PsiOffer, { minPeerItems = 0 }: PsiCardinalityOptions): PsiOffer {
  if (peer.count < minPeerItems) {
    fail('ERR_PSI_HANDSHAKE', `expected a peer with at least ${minPeerItems} items, found ${peer.count}`)
  }
  return peer
}

function checkOwnItems({ transcript }: Session, items: readonly Uint8Array[]): void {
  checkItemCount(items.length)
  requireDistinctItems(digestItems(transcript.digest(), items))
}

function requireProtocol({ hello }: Session): void {
  if (hello.protocol !== PSI_CARDINALITY_PROTOCOL) {
    fail('ERR_SESSION_PROTOCOL', `expected a session of ${PSI_CARDINALITY_PROTOCOL}`)
  }
  if (hello.parameters !== psiCardinalityParameters.id) {
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters ${psiCardinalityParameters.id}`)
  }
}

/** Bytes as the key of a set: one character a byte. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
