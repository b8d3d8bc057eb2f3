import type { Channel } from '../channel/channel.ts'
import { compareBytes } from '../bytes/index.ts'
import { fail, isErrorCode, MixunError, mixunError } from '../errors/index.ts'
import type { RandomSource } from '../random/index.ts'
import { signFor, verifyFor } from '../suite/index.ts'
import { Transcript } from '../transcript/index.ts'
import { decodeSigned, encodeSigned, FrameKind, frame, parseFrame, refusalCodec } from './frames.ts'
import { type Hello, type HelloReply, helloReplyCodec, MAX_HELLO_BYTES } from './hello.ts'
import type { Identity, Peer } from './identity.ts'

export interface SessionParts {
  readonly channel: Channel
  readonly identity: Identity
  readonly peer: Peer
  readonly hello: Hello
  /** The signed hello as it went over the wire. */
  readonly signedHello: Uint8Array
  readonly random: RandomSource
  readonly signal: AbortSignal
}

/**
 * One run of one protocol between two authenticated parties: ordered data frames, the transcript of both hellos, and
 * signatures bound to the session. Made by `openSession` and `acceptSession`; protocols receive nothing else.
 *
 * The initiator may send before the responder's hello is back (the first answer costs one round trip); it is checked
 * before the first frame is handed out.
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
  /** The responder's hello; null on the initiator's side until the first frame was received. */
  reply: HelloReply | null = null
  readonly #channel: Channel
  readonly #signedHello: Uint8Array

  constructor(parts: SessionParts) {
    this.id = parts.hello.sessionId
    this.hello = parts.hello
    this.identity = parts.identity
    this.peer = parts.peer
    this.random = parts.random
    this.signal = parts.signal
    this.#channel = parts.channel
    this.#signedHello = parts.signedHello
    this.transcript = new Transcript(parts.identity.suite, `session-${parts.hello.protocol}`)
    this.transcript.absorb('hello', parts.signedHello)
  }

  get counters(): Channel['counters'] {
    return this.#channel.counters
  }

  async send(message: Uint8Array): Promise<void> {
    await this.#channel.send(frame(FrameKind.data, message), { signal: this.signal })
  }

  /** @throws ERR_PEER_REFUSED with details.peerCode when the peer refuses, and the errors of {@link Channel.receive} */
  async receive(): Promise<Uint8Array> {
    if (this.reply === null) await this.#receiveReply()
    return this.#expect(FrameKind.data)
  }

  /** Signs for `purpose`, bound to this session. */
  sign(purpose: string, message: Uint8Array): Uint8Array {
    return signFor(this.identity.signingKey, purpose, message)
  }

  /** Checks the peer's signature of {@link Session.sign}. @throws ERR_VERIFY_SIGNATURE */
  verifyPeer(purpose: string, message: Uint8Array, signature: Uint8Array): void {
    verifyFor(this.identity.suite, this.peer.publicKey, purpose, message, signature)
  }

  /** Sends the responder's signed hello. Called once, by `acceptSession`. */
  async sendReply(reply: HelloReply): Promise<void> {
    const body = helloReplyCodec.encode(reply)
    this.reply = reply
    const signed = encodeSigned(body, this.sign('hello-reply', body))
    await this.#channel.send(frame(FrameKind.helloReply, signed), { signal: this.signal })
  }

  /** Tells the peer a stable code and nothing else, then ends the session. Never throws. */
  async refuse(error: unknown): Promise<void> {
    await refuseChannel(this.#channel, this.identity, this.id, error)
  }

  /** Ends this side after what was sent. */
  async close(): Promise<void> {
    await this.#channel.close()
  }

  /** Drops the session at once. */
  abort(): void {
    this.#channel.abort()
  }

  async #receiveReply(): Promise<void> {
    const signed = decodeSigned(await this.#expect(FrameKind.helloReply), MAX_HELLO_BYTES)
    const reply = helloReplyCodec.decode(signed.body)
    if (reply.sender !== this.peer.partyId) {
      fail('ERR_PEER_IDENTITY', `expected a hello from ${this.peer.partyId}, found ${reply.sender}`)
    }
    this.verifyPeer('hello-reply', signed.body, signed.signature)
    if (compareBytes(reply.helloDigest, this.identity.suite.hash(this.#signedHello)) !== 0) {
      fail('ERR_VERIFY_SIGNATURE', 'expected a hello that answers ours')
    }
    this.reply = reply
  }

  async #expect(kind: FrameKind): Promise<Uint8Array> {
    const received = parseFrame(await this.#channel.receive({ signal: this.signal }))
    if (received.kind === kind) return received.body
    if (received.kind !== FrameKind.refusal) {
      fail('ERR_DECODE_SCHEMA', `expected a frame of kind ${kind}, found ${received.kind}`)
    }
    throw this.#refusal(received.body)
  }

  #refusal(bytes: Uint8Array): MixunError {
    const signed = decodeSigned(bytes, 256)
    this.verifyPeer('refusal', signed.body, signed.signature)
    const refusal = refusalCodec.decode(signed.body)
    const peerCode = isErrorCode(refusal.code) ? refusal.code : 'unknown'
    return mixunError('ERR_PEER_REFUSED', `${this.peer.partyId} refused: ${peerCode}`, {
      details: { party: this.peer.partyId, peerCode },
    })
  }
}

/** Sends a signed refusal and closes; a peer that is gone already is not an error. */
export async function refuseChannel(
  channel: Channel,
  identity: Identity,
  sessionId: Uint8Array,
  error: unknown,
): Promise<void> {
  const code = error instanceof MixunError ? error.code : 'ERR_INTERNAL'
  const body = refusalCodec.encode({ sessionId, code })
  const signed = encodeSigned(body, signFor(identity.signingKey, 'refusal', body))
  try {
    await channel.send(frame(FrameKind.refusal, signed))
    await channel.close()
  } catch {
    channel.abort()
  }
}
