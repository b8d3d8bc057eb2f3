/**
 * Private set intersection by Diffie–Hellman over elliptic curves, as the open protocol of the Privacy-Preserving
 * Computing Alliance has it (PPCA 9—2023): two parties learn which items both have, or one of them does.
 *
 *   client(A), rank 0                              server(B), rank 1
 *                       ──── HandshakeRequest ───►
 *                       ◄─── HandshakeResponse ───
 *   a·H(x), shuffled    ──── enc · enc · … ──────►
 *                       ◄────── enc · enc · … ────  b·H(y), shuffled
 *   a·b·H(y), cut       ──── dual.enc · … ───────►                          when the server learns the result
 *                       ◄────── dual.enc · … ─────  b·a·H(x), cut           when the client does
 *   { x | b·a·H(x) among a·b·H(y) }
 *
 * Messages are those of the standard, byte for byte; they travel in a session of ours instead of its gRPC service
 * (docs/ECDH-PSI.md says what differs and how to bridge it).
 *
 * Adversary: honest but curious on both sides, by decisional Diffie–Hellman and the hash as a random oracle; no claim
 * against malice. What is checked all the same: every point is canonical, on the curve and not of small order; points do
 * not repeat and are not our own sent back; numbers are those announced. A malicious peer can still use items that it
 * does not own, guess ours if they come from a small set, and make the result wrong.
 *
 * Leaks the number of items, to a receiver the intersection, to who is none nothing else. A false hit happens in one of 2^30 runs
 * by the standard; at 96 bits and 2^20 items a side in one of 2^56.
 *
 * Not constant time: Try-and-Increment takes as long as an item needs; Curve25519 outside Node (BigInt).
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import {
  decodeCipherBatch,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  encodeCipherBatch,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
} from './codec.ts'
import type { CipherBatch } from './messages.ts'
import { choose, confirm, type PsiReceiver, type PsiTerms, propose } from './negotiate.ts'
import {
  BATCH_POINTS,
  ECDH_PSI_PROTOCOL,
  type EcdhPsiSuite,
  ecdhPsiSuiteById,
  MAX_PSI_ITEMS,
} from './params.ts'
import { checkItems, encryptOwn, encryptPeer, intersect, type PsiParty, startParty } from './party.ts'

/** Options of either side. */
export interface EcdhPsiOptions {
  /** Distinct byte strings, normalised alike on both sides. */
  readonly items: readonly Uint8Array[]
  /** Who learns the intersection; both sides must say the same. `both` by default. */
  readonly receiver?: PsiReceiver
  /** Items of the peer above which the run ends; {@link MAX_PSI_ITEMS} by default. */
  readonly maxPeerItems?: number
}

/** What a side has in the end. */
export interface EcdhPsiResult {
  /** Positions of common items in the own list, ascending; null for a side that is no receiver. */
  readonly common: readonly number[] | null
  readonly peerCount: number
}

/**
 * The side that opened the session, under the suite that its hello names.
 *
 * @throws ERR_INPUT_DUPLICATE (nothing is sent), ERR_PSI_HANDSHAKE, ERR_PSI_REPEATED, ERR_DECODE_…, ERR_SESSION_PROTOCOL
 * and the errors of the session
 */
export async function runEcdhPsiClient(session: Session, options: EcdhPsiOptions): Promise<EcdhPsiResult> {
  checkItems(options.items)
  const terms = termsOf(session, options)
  const request = encodeHandshakeRequest(propose(terms, options.items.length))
  session.transcript.absorb('ecdh-psi request', request)
  await session.send(request)
  const response = await session.receive()
  session.transcript.absorb('ecdh-psi response', response)
  const agreement = confirm(terms, options.items.length, decodeHandshakeResponse(response))
  const party = startParty(agreement, options.items, session.random)
  return exchange(session, party, terms, 'client', null)
}

/**
 * The side that accepted the session. Does not refuse: the caller answers a failure with `session.refuse`.
 *
 * @throws as {@link runEcdhPsiClient}
 */
export async function runEcdhPsiServer(session: Session, options: EcdhPsiOptions): Promise<EcdhPsiResult> {
  checkItems(options.items)
  const terms = termsOf(session, options)
  const requestBytes = await session.receive()
  session.transcript.absorb('ecdh-psi request', requestBytes)
  const request = decodeHandshakeRequest(requestBytes)
  const { agreement, message } = choose(terms, options.items.length, request)
  const response = encodeHandshakeResponse(message)
  session.transcript.absorb('ecdh-psi response', response)
  await session.send(response)
  if (agreement === null) {
    fail('ERR_PSI_HANDSHAKE', `refused the handshake with code ${message.errorCode}`)
  }
  const party = startParty(agreement, options.items, session.random)
  return exchange(session, party, terms, 'server', request.itemCount)
}

/** Steps 1 to 5, alike on both sides. Both send while they receive, so that neither waits for a full line. */
async function exchange(
  session: Session,
  party: PsiParty,
  terms: Required<PsiTerms>,
  role: 'client' | 'server',
  announced: number | null,
): Promise<EcdhPsiResult> {
  const answers: Uint8Array[][] = []
  await Promise.all([
    sendOwn(session, party),
    receivePeer(session, party, answers, announced ?? terms.maxPeerItems),
  ])
  const peerCount = party.peerDual.length
  if (announced !== null && peerCount !== announced) {
    fail('ERR_DECODE_LENGTH', `expected ${announced} points as announced, found ${peerCount}`)
  }
  const isReceiver = terms.receiver === 'both' || terms.receiver === role
  const peerReceives = terms.receiver === 'both' || terms.receiver !== role
  const [ownDual] = await Promise.all([
    isReceiver ? receiveDual(session, party) : null,
    peerReceives ? sendBatches(session, 'dual.enc', answers) : null,
  ])
  return { common: ownDual === null ? null : intersect(party, ownDual), peerCount }
}

async function sendOwn(session: Session, party: PsiParty): Promise<void> {
  const count = party.items.length
  for (let from = 0, index = 0; index === 0 || from < count; from += BATCH_POINTS, index++) {
    const points = encryptOwn(party, from, from + BATCH_POINTS)
    const isLast = from + BATCH_POINTS >= count
    await session.send(encodeCipherBatch({ type: 'enc', index, isLast, points }))
  }
}

/** Takes the peer's points and keeps what goes back, batch by batch. */
async function receivePeer(
  session: Session,
  party: PsiParty,
  answers: Uint8Array[][],
  maxPoints: number,
): Promise<void> {
  const { pointBytes } = party.agreement.suite.curve
  for await (const { points } of batches(session, 'enc', pointBytes)) {
    if (party.peerDual.length + points.length > maxPoints) {
      fail('ERR_DECODE_LENGTH', `expected at most ${maxPoints} points`)
    }
    answers.push(encryptPeer(party, points))
  }
}

async function receiveDual(session: Session, party: PsiParty): Promise<Uint8Array[]> {
  const ownDual: Uint8Array[] = []
  for await (const { points } of batches(session, 'dual.enc', party.agreement.dualBytes)) {
    ownDual.push(...points)
    if (ownDual.length > party.items.length) {
      fail('ERR_DECODE_LENGTH', `expected ${party.items.length} points, found more`)
    }
  }
  return ownDual
}

async function sendBatches(
  session: Session,
  type: CipherBatch['type'],
  all: readonly (readonly Uint8Array[])[],
): Promise<void> {
  for (const [index, points] of all.entries()) {
    await session.send(encodeCipherBatch({ type, index, isLast: index === all.length - 1, points }))
  }
}

async function* batches(
  session: Session,
  type: CipherBatch['type'],
  pointBytes: number,
): AsyncGenerator<CipherBatch> {
  for (let index = 0; ; index++) {
    const batch = decodeCipherBatch(await session.receive(), { type, index, pointBytes })
    yield batch
    if (batch.isLast) return
  }
}

function termsOf(session: Session, options: EcdhPsiOptions): Required<PsiTerms> {
  const { protocol, parameters } = session.hello
  if (protocol !== ECDH_PSI_PROTOCOL) fail('ERR_SESSION_PROTOCOL', 'expected a session of ecdh-psi')
  const suites: readonly EcdhPsiSuite[] = [ecdhPsiSuiteById(parameters)]
  return {
    suites,
    receiver: options.receiver ?? 'both',
    maxPeerItems: options.maxPeerItems ?? MAX_PSI_ITEMS,
  }
}
