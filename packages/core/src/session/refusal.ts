import { z } from 'zod'
import type { Channel } from '../channel/index.ts'
import { toHex } from '../bytes/index.ts'
import { binary, recordCodec, text } from '../codec/index.ts'
import { type ErrorCode, isErrorCode, MixunError, mixunError } from '../errors/index.ts'
import { signInSession, verifyInSession } from './bound-signature.ts'
import { decodeSigned, encodeSigned, FrameKind, frame } from './frames.ts'
import type { Identity, Peer } from './identity.ts'

/** Longest statement that goes with a refusal, in bytes. */
const MAX_STATEMENT_BYTES = 640

const refusalSchema = z.strictObject({
  /** Empty when the hello could not be read. */
  sessionId: binary(0, 32),
  code: text(64),
  /** What the protocol has the refusing party sign for third parties; null in most. Opaque here. */
  statement: binary(1, MAX_STATEMENT_BYTES).nullable(),
})

/** Why a party ends a session. Session id, code and statement are all that a peer learns; the rest stays at home. */
export const refusalCodec = recordCodec('refusal', refusalSchema, 1_024)

/** How long a refusal may take to go out, and a refused peer's frames are read and dropped, in milliseconds. */
const REFUSAL_MS = 10_000

/** Codes that say how a decryption or an opening went: telling them would make this party an oracle. */
const HIDDEN_CODES: readonly ErrorCode[] = ['ERR_VERIFY_OPEN', 'ERR_VERIFY_ROW']

/** Classes of failures that lie at this party, not at the peer. */
const HIDDEN_CLASSES: readonly string[] = ['InputError', 'ProtocolStateError', 'NoiseBudgetError']

/** The code that a peer may learn of `error`: its own, or ERR_INTERNAL for what stays at home. */
export function publicCode(error: unknown): ErrorCode {
  if (!(error instanceof MixunError)) return 'ERR_INTERNAL'
  const isHidden = HIDDEN_CODES.includes(error.code) || HIDDEN_CLASSES.includes(error.name)
  return isHidden ? 'ERR_INTERNAL' : error.code
}

/** The error that a signed refusal of the peer stands for. @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE */
export function readRefusal(
  identity: Identity,
  peer: Peer,
  helloDigest: Uint8Array,
  bytes: Uint8Array,
): MixunError {
  const signed = decodeSigned(bytes, refusalCodec.maxBytes)
  verifyInSession(identity, peer, helloDigest, 'refusal', signed.body, signed.signature)
  const refusal = refusalCodec.decode(signed.body)
  const peerCode = isErrorCode(refusal.code) ? refusal.code : 'unknown'
  const { statement } = refusal
  return mixunError('ERR_PEER_REFUSED', `${peer.partyId} refused: ${peerCode}`, {
    details: {
      party: peer.partyId,
      peerCode,
      ...(statement === null ? {} : { statement: toHex(statement) }),
    },
  })
}

/** The error of an initiator whose peer is of the other suite, or pretends to be. */
export function otherSuite(peer: Peer): MixunError {
  return mixunError('ERR_SESSION_SUITE', `${peer.partyId} answered in another suite`)
}

/** Sends a signed refusal and closes; never throws, for a peer that is gone already is not an error. */
export async function refuseChannel(
  channel: Channel,
  identity: Identity,
  session: { readonly id: Uint8Array; readonly helloDigest: Uint8Array },
  error: unknown,
  statement: Uint8Array | null = null,
): Promise<void> {
  const body = refusalCodec.encode({ sessionId: session.id, code: publicCode(error), statement })
  const signed = encodeSigned(body, signInSession(identity, session.helloDigest, 'refusal', body))
  await sendLast(channel, frame(FrameKind.refusal, signed))
}

/** Tells a peer of the other suite that it is one; unsigned, for it could check no signature. Never throws. */
export async function refuseSuite(channel: Channel): Promise<void> {
  await sendLast(channel, frame(FrameKind.otherSuite, new Uint8Array(0)))
}

/** Sends one more frame and closes. Never throws. */
async function sendLast(channel: Channel, last: Uint8Array): Promise<void> {
  const signal = AbortSignal.timeout(REFUSAL_MS)
  try {
    await channel.send(last, { signal })
    await channel.close()
  } catch {
    channel.abort()
    return
  }
  void drain(channel, signal)
}

/** A peer that still sends gets to its next `receive`, and so to the refusal, instead of standing before a full line. */
async function drain(channel: Channel, signal: AbortSignal): Promise<void> {
  try {
    for (;;) await channel.receive({ signal })
  } catch {
    if (signal.aborted) channel.abort()
  }
}
