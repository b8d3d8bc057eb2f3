import { concat } from '../bytes/index.ts'
import { Reader, Writer } from '../codec/index.ts'
import { fail } from '../errors/index.ts'

/**
 * First byte of every frame of a session. `otherSuite` is empty and unsigned: it ends a session whose sides share no
 * signature scheme, and does nothing else.
 */
export const FrameKind = { hello: 1, helloReply: 2, data: 3, refusal: 4, otherSuite: 5 } as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

export function frame(kind: FrameKind, body: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(kind), body)
}

/** @throws ERR_DECODE_LENGTH for an empty frame, ERR_DECODE_SCHEMA for an unknown kind */
export function parseFrame(bytes: Uint8Array): { kind: FrameKind; body: Uint8Array } {
  const kind = new Reader(bytes).uint8()
  if (kind < FrameKind.hello || kind > FrameKind.otherSuite) {
    fail('ERR_DECODE_SCHEMA', `expected a frame kind of 1 to 5, found ${kind}`)
  }
  return { kind: kind as FrameKind, body: bytes.subarray(1) }
}

/** A signed body: 2-byte length and signature behind it. */
export function encodeSigned(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return new Writer().bytes16(body).bytes16(signature).finish()
}

export function decodeSigned(
  bytes: Uint8Array,
  maxBytes: number,
): { body: Uint8Array; signature: Uint8Array } {
  const reader = new Reader(bytes)
  const signed = { body: reader.bytes16(maxBytes), signature: reader.bytes16(128) }
  reader.end()
  return signed
}
