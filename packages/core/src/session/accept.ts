import { type Channel, deadlineSignal } from '../channel/index.ts'
import { isInnerFrame } from '../channel/inner/index.ts'
import { fail, MixunError } from '../errors/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import { verifyFor } from '../suite/index.ts'
import { signInSession } from './bound-signature.ts'
import { decodeSigned, encodeSigned, FrameKind, frame, parseFrame } from './frames.ts'
import {
  type Hello,
  type HelloReply,
  helloCodec,
  helloReplyCodec,
  MAX_CLOCK_SKEW_MS,
  MAX_HELLO_BYTES,
  MAX_HELLO_LIFETIME_MS,
  WIRE_VERSION,
} from './hello.ts'
import type { Identity, Peer } from './identity.ts'
import { refuseChannel, refuseSuite } from './refusal.ts'
import { ReplayGuard } from './replay-guard.ts'
import { secureAsResponder } from './secure.ts'
import { Session } from './session.ts'

/** What a responder knows and allows. */
export interface AcceptSessionOptions {
  readonly identity: Identity
  /** The member with this id, or undefined. */
  readonly member: (partyId: string) => Peer | undefined
  /** Whether this server runs the protocol with this parameter set. */
  readonly offers: (protocol: string, parameters: string) => boolean
  /** Policy on the authenticated hello, before the responder's hello goes out; throws to refuse. */
  readonly authorize?: (hello: Hello) => void | Promise<void>
  /** What goes with the refusal when `authorize` threw, for third parties; null for nothing. Must not throw. */
  readonly refusalStatement?: (hello: Hello, error: unknown) => Uint8Array | null
  readonly checkpoint?: () => string | null
  /** How long the hello may take to arrive; default 30,000 ms. */
  readonly helloTimeoutMs?: number
  /** Shared by all sessions of a server; by default one for each `identity` object. */
  readonly replayGuard?: ReplayGuard
  readonly random?: RandomSource
  readonly signal?: AbortSignal
  readonly now?: () => number
}

const guards = new WeakMap<Identity, ReplayGuard>()

/**
 * Accepts a session as the responder: decode → authenticate → policy. Every failure sends a signed refusal with its
 * code and is thrown. In suite `sm` everything is inside an inner channel, or refused before it is read.
 *
 * @throws ERR_SESSION_SUITE, ERR_DECODE_…, ERR_PEER_IDENTITY, ERR_VERIFY_SIGNATURE, ERR_SESSION_PROTOCOL, ERR_SESSION_DEADLINE,
 * ERR_SESSION_REPLAYED, what `authorize` throws and the errors of the channel
 */
export async function acceptSession(transport: Channel, options: AcceptSessionOptions): Promise<Session> {
  const { identity } = options
  const now = options.now ?? Date.now
  const signal = options.signal ?? new AbortController().signal
  using untilHello = deadlineSignal(signal, options.helloTimeoutMs ?? 30_000)
  const channel = await secureAsResponder(transport, options, untilHello.signal)
  let sessionId: Uint8Array = new Uint8Array(0)
  let helloDigest = identity.suite.hash()
  let authentic: Hello | null = null
  try {
    const first = await channel.receive({ signal: untilHello.signal })
    untilHello[Symbol.dispose]()
    if (isInnerFrame(first))
      fail('ERR_SESSION_SUITE', 'expected a hello of this suite, found one of suite sm')
    const received = parseFrame(first)
    if (received.kind !== FrameKind.hello) {
      fail('ERR_DECODE_SCHEMA', `expected a hello, found a frame of kind ${received.kind}`)
    }
    helloDigest = identity.suite.hash(received.body)
    const signed = decodeSigned(received.body, MAX_HELLO_BYTES)
    const hello = helloCodec.decode(signed.body)
    sessionId = hello.sessionId
    if (hello.suite !== identity.suite.id) {
      fail('ERR_SESSION_SUITE', `expected a hello in suite ${identity.suite.id}, found ${hello.suite}`)
    }
    if (hello.version !== WIRE_VERSION) {
      fail('ERR_SESSION_PROTOCOL', `not offered: wire version ${hello.version}`)
    }
    const peer = authenticate(channel, options, hello)
    verifyFor(identity.suite, peer.publicKey, 'hello', signed.body, signed.signature)
    checkDeadline(hello, now())
    if (!options.offers(hello.protocol, hello.parameters)) {
      fail('ERR_SESSION_PROTOCOL', `not offered: ${hello.protocol} ${hello.parameters}`)
    }
    guardOf(options).admit(hello, now())
    authentic = hello
    await options.authorize?.(hello)
    const reply: HelloReply = {
      version: WIRE_VERSION,
      sender: identity.partyId,
      helloDigest,
      checkpoint: options.checkpoint?.() ?? null,
      sentAt: now(),
    }
    const body = helloReplyCodec.encode(reply)
    const signedReply = encodeSigned(body, signInSession(identity, helloDigest, 'hello-reply', body))
    await channel.send(frame(FrameKind.helloReply, signedReply), { signal })
    const random = options.random ?? systemRandom
    return new Session({ channel, identity, peer, hello, signedHello: received.body, reply, random, signal })
  } catch (error) {
    const isOfOtherSuite = error instanceof MixunError && error.code === 'ERR_SESSION_SUITE'
    if (isOfOtherSuite) await refuseSuite(channel)
    else {
      const statement = authentic === null ? null : (options.refusalStatement?.(authentic, error) ?? null)
      await refuseChannel(channel, identity, { id: sessionId, helloDigest }, error, statement)
    }
    throw error
  }
}

function authenticate(channel: Channel, options: AcceptSessionOptions, hello: Hello): Peer {
  if (hello.receiver !== options.identity.partyId) {
    fail('ERR_PEER_IDENTITY', `expected a hello to ${options.identity.partyId}, found ${hello.receiver}`)
  }
  if (channel.peerName !== undefined && channel.peerName !== hello.sender) {
    fail('ERR_PEER_IDENTITY', `the certificate names ${channel.peerName}, the hello ${hello.sender}`)
  }
  const peer = options.member(hello.sender)
  if (peer === undefined) fail('ERR_PEER_IDENTITY', `${hello.sender} is not a member`)
  return peer
}

function checkDeadline(hello: Hello, now: number): void {
  const lifetimeMs = hello.deadline - hello.sentAt
  if (now > hello.deadline + MAX_CLOCK_SKEW_MS || hello.sentAt > now + MAX_CLOCK_SKEW_MS) {
    fail('ERR_SESSION_DEADLINE', 'expected a hello that is neither late nor from the future')
  }
  if (lifetimeMs > MAX_HELLO_LIFETIME_MS) {
    fail('ERR_SESSION_DEADLINE', `expected a deadline at most ${MAX_HELLO_LIFETIME_MS} ms after the hello`)
  }
}

function guardOf(options: AcceptSessionOptions): ReplayGuard {
  const guard = options.replayGuard ?? guards.get(options.identity) ?? new ReplayGuard()
  if (options.replayGuard === undefined) guards.set(options.identity, guard)
  return guard
}
