import { concat } from '../../bytes/index.ts'
import { Reader, Writer } from '../../codec/index.ts'
import { fail } from '../../errors/index.ts'
import { type FrameMessage, MESSAGE_BYTES } from '../framed-channel.ts'

/** Path and subprotocol of the upgrade. */
export const PATH = '/mixun/v1/frames'
export const SUBPROTOCOL = 'mixun.v1.frames'

/** Largest binary message: one octet that says its kind, and a piece of a frame. */
export const MAX_MESSAGE_BYTES = 1 + MESSAGE_BYTES

const Kind = { lastPiece: 0, piece: 1, end: 2, credit: 3, begin: 4 } as const

/** Room for `messages` more of the channel with this number (they count from 0 on each socket). */
export interface Credit {
  readonly channel: number
  readonly messages: number
}

export type WireMessage =
  | { readonly kind: 'begin' }
  | { readonly kind: 'frame'; readonly message: FrameMessage }
  | { readonly kind: 'credit'; readonly credit: Credit }

/** The opener's first message of a channel: a taker may be the first to send a frame. */
export function encodeBegin(): Uint8Array {
  return Uint8Array.of(Kind.begin)
}

export function encodeMessage({ payload, more, end }: FrameMessage): Uint8Array {
  return concat(Uint8Array.of(end ? Kind.end : more ? Kind.piece : Kind.lastPiece), payload)
}

export function encodeCredit({ channel, messages }: Credit): Uint8Array {
  return new Writer().uint8(Kind.credit).uint32(channel).uint32(messages).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA */
export function decodeMessage(bytes: Uint8Array): WireMessage {
  const [kind] = bytes
  const payload = bytes.subarray(1)
  switch (kind) {
    case Kind.lastPiece:
    case Kind.piece:
      return { kind: 'frame', message: { payload, more: kind === Kind.piece, end: false } }
    case Kind.begin:
      new Reader(payload).end()
      return { kind: 'begin' }
    case Kind.end:
      new Reader(payload).end()
      return { kind: 'frame', message: { payload, more: false, end: true } }
    case Kind.credit: {
      const reader = new Reader(payload)
      const credit = { channel: reader.uint32(), messages: reader.uint32() }
      reader.end()
      return { kind: 'credit', credit }
    }
    default:
      return fail('ERR_DECODE_SCHEMA', `expected a message of kind 0 to 4, found ${kind ?? 'none'}`)
  }
}
