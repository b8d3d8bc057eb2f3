import { type Channel, memoryChannelPair } from '../channel/index.ts'
import { signFor } from '../suite/index.ts'
import { acceptSession } from './accept.ts'
import { signInSession } from './bound-signature.ts'
import { decodeSigned, encodeSigned, FrameKind, frame } from './frames.ts'
import { type Hello, helloCodec, helloReplyCodec } from './hello.ts'
import type { Identity } from './identity.ts'
import { openSession } from './open.ts'
import { refusalCodec } from './refusal.ts'
import type { Session } from './session.ts'
import { accepting, firmA, firmB, opening } from './test-parties.ts'

/** The hello frame that firm-a sends, as bytes. */
export async function helloFrame(options = opening()): Promise<Uint8Array> {
  const [near, far] = memoryChannelPair()
  await openSession(near, options)
  return far.receive()
}

/** A hello frame with changed fields, signed by `signer`. */
export async function changedHello(change: Partial<Hello>, signer: Identity = firmA): Promise<Uint8Array> {
  const changed = helloCodec.encode({ ...helloOf(await helloFrame()), ...change })
  return frame(FrameKind.hello, encodeSigned(changed, signFor(signer.signingKey, 'hello', changed)))
}

/** Lets firm-b answer a first frame. */
export async function acceptFrame(bytes: Uint8Array, options = accepting()): Promise<unknown> {
  const [near, far] = memoryChannelPair()
  await near.send(bytes)
  return acceptSession(far, options)
}

/** The hello of a frame. */
export function helloOf(bytes: Uint8Array): Hello {
  return helloCodec.decode(decodeSigned(bytes.subarray(1), 16_384).body)
}

/** A session of firm-a whose peer's end, and so whose answers, are the test's. */
export async function startSession(): Promise<{
  session: Session
  peer: Channel
  digest: Uint8Array
}> {
  const [near, peer] = memoryChannelPair()
  const session = await openSession(near, opening())
  const hello = await peer.receive()
  return { session, peer, digest: firmA.suite.hash(hello.subarray(1)) }
}

/** The reply of `signer` to the hello of this digest. */
export function replyFrame(
  digest: Uint8Array,
  signer = firmB,
  change: object = {},
  signedDigest = digest,
): Uint8Array {
  const reply = {
    version: 1,
    sender: 'firm-b',
    helloDigest: digest,
    checkpoint: null,
    sentAt: 1,
    ...change,
  }
  const body = helloReplyCodec.encode(reply)
  const signature = signInSession(signer, signedDigest, 'hello-reply', body)
  return frame(FrameKind.helloReply, encodeSigned(body, signature))
}

/** The refusal by `signer` of the hello of this digest. */
export function refusalFrame(digest: Uint8Array, signer = firmB, code = 'ERR_EPOCH_STALE'): Uint8Array {
  const body = refusalCodec.encode({ sessionId: new Uint8Array(0), code, statement: null })
  return frame(FrameKind.refusal, encodeSigned(body, signInSession(signer, digest, 'refusal', body)))
}
