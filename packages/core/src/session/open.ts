import { type Channel, deadlineSignal } from '../channel/index.ts'
import { fail } from '../errors/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import { signFor } from '../suite/index.ts'
import { encodeSigned, FrameKind, frame } from './frames.ts'
import {
  type Dataset,
  type Hello,
  type HelloReply,
  helloCodec,
  MAX_HELLO_LIFETIME_MS,
  SESSION_ID_BYTES,
  WIRE_VERSION,
} from './hello.ts'
import type { Identity, Peer } from './identity.ts'
import { secureAsInitiator } from './secure.ts'
import { Session } from './session.ts'

/** Who asks whom for what: the fields of the initiator's hello. */
export interface OpenSessionOptions {
  readonly identity: Identity
  readonly peer: Peer
  readonly protocol: string
  readonly parameters: string
  readonly dataset?: Dataset
  readonly consentReference?: Uint8Array
  readonly checkpoint?: string
  /** Judges the responder's verified reply, its checkpoint above all; what it throws ends the session. */
  readonly checkReply?: (reply: HelloReply) => void
  /** How long the peer may take to accept the hello; default 30,000 ms, at most 600,000. */
  readonly deadlineMs?: number
  readonly random?: RandomSource
  readonly signal?: AbortSignal
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
}

/**
 * Starts a session as the initiator: sends the signed hello and returns at once, in suite `sm` inside an inner channel;
 * there the first session with a peer waits for the peer's answer to the key agreement. The peer's certificate, where
 * the transport has one, must name the peer.
 *
 * @throws ERR_PEER_IDENTITY, ERR_INPUT_RANGE, ERR_DECODE_… when an option does not fit a hello, the errors of
 * `Channel.send`, and in suite `sm` ERR_PEER_REFUSED, ERR_SESSION_SUITE, ERR_VERIFY_… when there is no inner channel
 */
export async function openSession(transport: Channel, options: OpenSessionOptions): Promise<Session> {
  const { identity, peer } = options
  if (transport.peerName !== undefined && transport.peerName !== peer.partyId) {
    fail('ERR_PEER_IDENTITY', `expected the certificate of ${peer.partyId}, found ${transport.peerName}`)
  }
  const deadlineMs = options.deadlineMs ?? 30_000
  if (!(deadlineMs > 0 && deadlineMs <= MAX_HELLO_LIFETIME_MS)) {
    fail('ERR_INPUT_RANGE', `expected deadlineMs from 1 to ${MAX_HELLO_LIFETIME_MS}, found ${deadlineMs}`)
  }
  const random = options.random ?? systemRandom
  const sentAt = (options.now ?? Date.now)()
  const hello: Hello = {
    version: WIRE_VERSION,
    protocol: options.protocol,
    parameters: options.parameters,
    suite: identity.suite.id,
    sessionId: random.bytes(SESSION_ID_BYTES),
    sender: identity.partyId,
    receiver: peer.partyId,
    dataset: options.dataset ?? null,
    consentReference: options.consentReference ?? null,
    checkpoint: options.checkpoint ?? null,
    sentAt,
    deadline: sentAt + deadlineMs,
  }
  const body = helloCodec.encode(hello)
  const signedHello = encodeSigned(body, signFor(identity.signingKey, 'hello', body))
  const signal = options.signal ?? new AbortController().signal
  const channel = secureAsInitiator(transport, { identity, peer, random })
  using untilDeadline = deadlineSignal(signal, deadlineMs)
  await channel.send(frame(FrameKind.hello, signedHello), { signal: untilDeadline.signal })
  const { checkReply } = options
  const parts = { channel, identity, peer, hello, signedHello, reply: null, random, signal }
  return new Session(checkReply === undefined ? parts : { ...parts, checkReply })
}
