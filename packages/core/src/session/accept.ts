import type { Channel } from '../channel/channel.ts'
import { fail } from '../errors/index.ts'
import { type RandomSource, systemRandom } from '../random/index.ts'
import { verifyFor } from '../suite/index.ts'
import { decodeSigned, FrameKind, parseFrame } from './frames.ts'
import { type Hello, helloCodec, MAX_HELLO_BYTES } from './hello.ts'
import type { Identity, Peer } from './identity.ts'
import { refuseChannel, Session } from './session.ts'

export interface AcceptSessionOptions {
  readonly identity: Identity
  /** The member with this id, or undefined. */
  readonly member: (partyId: string) => Peer | undefined
  /** Whether this server runs the protocol with this parameter set. */
  readonly offers: (protocol: string, parameters: string) => boolean
  /** Policy on the authenticated hello, before the responder's hello goes out; throws to refuse. */
  readonly authorize?: (hello: Hello) => void | Promise<void>
  readonly checkpoint?: () => string | null
  readonly random?: RandomSource
  readonly signal?: AbortSignal
  readonly now?: () => number
}

/** Allowed difference between the clocks of two parties, in milliseconds. */
export const MAX_CLOCK_SKEW_MS = 120_000

/**
 * Accepts a session as the responder: decode → authenticate → policy. Every failure sends a signed refusal with its
 * code and is thrown.
 *
 * @throws ERR_DECODE_…, ERR_PEER_IDENTITY, ERR_VERIFY_SIGNATURE, ERR_SESSION_PROTOCOL, ERR_SESSION_DEADLINE and what
 * `authorize` throws
 */
export async function acceptSession(channel: Channel, options: AcceptSessionOptions): Promise<Session> {
  const { identity } = options
  const now = options.now ?? Date.now
  const signal = options.signal ?? new AbortController().signal
  let sessionId: Uint8Array = new Uint8Array(0)
  try {
    const received = parseFrame(await channel.receive({ signal }))
    if (received.kind !== FrameKind.hello) {
      fail('ERR_DECODE_SCHEMA', `expected a hello, found a frame of kind ${received.kind}`)
    }
    const signed = decodeSigned(received.body, MAX_HELLO_BYTES)
    const hello = helloCodec.decode(signed.body)
    sessionId = hello.sessionId
    const peer = authenticate(channel, options, hello)
    verifyFor(identity.suite, peer.publicKey, 'hello', signed.body, signed.signature)
    if (now() > hello.deadline || hello.sentAt > now() + MAX_CLOCK_SKEW_MS) {
      fail('ERR_SESSION_DEADLINE', 'expected a hello that is neither late nor from the future')
    }
    if (hello.suite !== identity.suite.id || !options.offers(hello.protocol, hello.parameters)) {
      fail(
        'ERR_SESSION_PROTOCOL',
        `not offered: ${hello.protocol} ${hello.parameters} in suite ${hello.suite}`,
      )
    }
    await options.authorize?.(hello)
    const random = options.random ?? systemRandom
    const session = new Session({
      channel,
      identity,
      peer,
      hello,
      signedHello: received.body,
      random,
      signal,
    })
    await session.sendReply({
      version: hello.version,
      sender: identity.partyId,
      helloDigest: identity.suite.hash(received.body),
      checkpoint: options.checkpoint?.() ?? null,
      sentAt: now(),
    })
    return session
  } catch (error) {
    await refuseChannel(channel, identity, sessionId, error)
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
