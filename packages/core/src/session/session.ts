import { compareBytes } from '../bytes/index.ts'
import type { Channel } from '../channel/index.ts'
import { fail, MixunError, mixunError } from '../errors/index.ts'
import type { RandomSource } from '../random/index.ts'
import { Transcript } from '../transcript/index.ts'
import { signInSession, verifyInSession } from './bound-signature.ts'
import { decodeSigned, FrameKind, frame, parseFrame } from './frames.ts'
import { type Hello, type HelloReply, helloReplyCodec, MAX_HELLO_BYTES, WIRE_VERSION } from './hello.ts'
import type { Identity, Peer } from './identity.ts'
import { otherSuite, readRefusal, refuseChannel } from './refusal.ts'

export interface SessionParts {
  readonly channel: Channel
  readonly identity: Identity
  readonly peer: Peer
  readonly hello: Hello
  /** The signed hello as it went over the wire. */
  readonly signedHello: Uint8Array
  /** The responder's own reply; null for the initiator, who still waits for it. */
  readonly reply: HelloReply | null
  /** Judges the peer's verified reply before the first frame is handed out; throws to end the session. */
  readonly checkReply?: (reply: HelloReply) => void
  readonly random: RandomSource
  readonly signal: AbortSignal
}

/**
 * One run of one protocol between two authenticated parties: ordered data frames, the transcript of the hello, and
 * signatures bound to the session. Made by `openSession` and `acceptSession`; protocols receive nothing else.
 *
 * The initiator may send before the responder's hello is back (the first answer costs one round trip); it is checked
 * before the first frame is handed out. A session that failed to receive stays failed.
 */
export class Session {
  readonly id: Uint8Array
  readonly hello: Hello
  readonly identity: Identity
  readonly peer: Peer
  readonly random: RandomSource
  readonly signal: AbortSignal
  /** After construction: both sides hold the same digest, of the signed hello. */
  readonly transcript: Transcript
  readonly #channel: Channel
  readonly #helloDigest: Uint8Array
  readonly #checkReply: ((reply: HelloReply) => void) | undefined
  #reply: HelloReply | null
  #replyArrival: Promise<void> | null = null
  #failure: MixunError | null = null
  #isClosed = false

  constructor(parts: SessionParts) {
    this.id = parts.hello.sessionId
    this.hello = parts.hello
    this.identity = parts.identity
    this.peer = parts.peer
    this.random = parts.random
    this.signal = parts.signal
    this.#channel = parts.channel
    this.#helloDigest = parts.identity.suite.hash(parts.signedHello)
    this.#reply = parts.reply
    this.#checkReply = parts.checkReply
    this.transcript = new Transcript(parts.identity.suite, `session-${parts.hello.protocol}`)
    this.transcript.absorb('hello', parts.signedHello)
  }

  /** The responder's hello; null on the initiator's side until the first frame was received. */
  get reply(): HelloReply | null {
    return this.#reply
  }

  get counters(): Channel['counters'] {
    return this.#channel.counters
  }

  /** Largest message that {@link Session.send} takes. */
  get maxMessageBytes(): number {
    return this.#channel.maxFrameBytes - 1
  }

  /** @throws ERR_PEER_REFUSED when the peer refused instead of reading on, and the errors of {@link Channel.send} */
  async send(message: Uint8Array): Promise<void> {
    if (this.#failure !== null && this.#failure.code !== 'ERR_CHANNEL_CLOSED') throw this.#failure
    try {
      await this.#channel.send(frame(FrameKind.data, message), { signal: this.signal })
    } catch (error) {
      throw await this.#explain(error)
    }
  }

  /**
   * Takes the next message. Whatever it throws, later calls throw again.
   *
   * @throws ERR_PEER_REFUSED with details.peerCode when the peer refuses, ERR_DECODE_…, ERR_PEER_IDENTITY and
   * ERR_VERIFY_SIGNATURE for a hello or frame that is not the peer's, and the errors of {@link Channel.receive}
   */
  async receive(): Promise<Uint8Array> {
    if (this.#failure !== null) throw this.#failure
    try {
      if (this.#reply === null) await (this.#replyArrival ??= this.#receiveReply())
      return await this.#expect(FrameKind.data)
    } catch (error) {
      throw this.#fail(error)
    }
  }

  /** Signs for `purpose`, bound to this session: to its signed hello. For the peer, not for third parties. */
  sign(purpose: string, message: Uint8Array): Uint8Array {
    return signInSession(this.identity, this.#helloDigest, purpose, message)
  }

  /** Checks the peer's signature of {@link Session.sign}. @throws ERR_VERIFY_SIGNATURE */
  verifyPeer(purpose: string, message: Uint8Array, signature: Uint8Array): void {
    verifyInSession(this.identity, this.peer, this.#helloDigest, purpose, message, signature)
  }

  /**
   * Tells the peer a stable code, the session id and what the protocol has to say to third parties, and nothing else;
   * then ends the session. Never throws.
   *
   * @param statement 1 to 640 bytes; the peer finds them, in hex, in `details.statement` of ERR_PEER_REFUSED
   */
  async refuse(error: unknown, statement: Uint8Array | null = null): Promise<void> {
    this.#isClosed = true
    const session = { id: this.id, helloDigest: this.#helloDigest }
    await refuseChannel(this.#channel, this.identity, session, error, statement)
  }

  /** Ends this side after what was sent. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#channel.close()
  }

  /** Drops the session at once. */
  abort(): void {
    this.#isClosed = true
    this.#channel.abort()
  }

  async #receiveReply(): Promise<void> {
    const signed = decodeSigned(await this.#expect(FrameKind.helloReply), MAX_HELLO_BYTES)
    const reply = helloReplyCodec.decode(signed.body)
    if (reply.version !== WIRE_VERSION) {
      fail('ERR_SESSION_PROTOCOL', `expected wire version ${WIRE_VERSION}, found ${reply.version}`)
    }
    if (reply.sender !== this.peer.partyId) {
      fail('ERR_PEER_IDENTITY', `expected a hello from ${this.peer.partyId}, found ${reply.sender}`)
    }
    this.verifyPeer('hello-reply', signed.body, signed.signature)
    if (compareBytes(reply.helloDigest, this.#helloDigest) !== 0) {
      fail('ERR_VERIFY_SIGNATURE', 'expected a hello that answers ours')
    }
    this.#checkReply?.(reply)
    this.#reply = reply
  }

  async #expect(kind: FrameKind): Promise<Uint8Array> {
    const received = parseFrame(await this.#channel.receive({ signal: this.signal }))
    if (received.kind === kind) return received.body
    // Not authenticated, so it says nothing once the peer has proved its suite.
    if (received.kind === FrameKind.otherSuite && this.#reply === null) throw otherSuite(this.peer)
    if (received.kind !== FrameKind.refusal) {
      fail('ERR_DECODE_SCHEMA', `expected a frame of kind ${kind}, found ${received.kind}`)
    }
    throw this.#refusal(received.body)
  }

  #refusal(bytes: Uint8Array): MixunError {
    return readRefusal(this.identity, this.peer, this.#helloDigest, bytes)
  }

  #fail(error: unknown): MixunError {
    this.#failure ??= error instanceof MixunError ? error : internal(error)
    return this.#failure
  }

  /** A send that finds the channel closed looks for the refusal that closed it, behind frames nobody asked for. */
  async #explain(error: unknown): Promise<unknown> {
    const isCut = error instanceof MixunError && error.code === 'ERR_CHANNEL_CLOSED' && !this.#isClosed
    if (!isCut) return error
    try {
      for (;;) {
        const { kind, body } = parseFrame(await this.#channel.receive({ signal: AbortSignal.timeout(1_000) }))
        if (kind === FrameKind.refusal) return this.#fail(this.#refusal(body))
        if (kind === FrameKind.otherSuite && this.#reply === null) return this.#fail(otherSuite(this.peer))
      }
    } catch (cause) {
      // An inner channel reads the refusal of its opening itself.
      const isRefused = cause instanceof MixunError && cause.code === 'ERR_PEER_REFUSED'
      return isRefused ? this.#fail(cause) : (this.#failure ?? error)
    }
  }
}

function internal(cause: unknown): MixunError {
  return mixunError('ERR_INTERNAL', 'the session failed unexpectedly', { cause })
}
