import { fromUtf8, utf8 } from '../../bytes/index.ts'
import { Reader, Writer } from '../../codec/index.ts'
import { fail } from '../../errors/index.ts'
import {
  type Accepted,
  type Answer,
  type Confirmed,
  InnerKind,
  type Opening,
  type Resumed,
} from './messages.ts'
import { INNER_PARAMETERS, INNER_VERSION, NONCE_BYTES, TICKET_ID_BYTES } from './params.ts'

const POINT_BYTES = 33
const CONFIRMATION_BYTES = 32
const PARTY_ID = /^[a-z][a-z0-9-]{0,31}$/

/** Whether the frame is one of the inner channel's handshake; a session frame is not. */
export function isInnerFrame(frame: Uint8Array): boolean {
  const kind = frame[0] ?? 0
  return kind >= InnerKind.opening && kind <= InnerKind.unknown
}

export function encodeOpening(message: Opening): Uint8Array {
  return new Writer()
    .uint8(InnerKind.opening)
    .uint8(INNER_VERSION)
    .bytes16(utf8(INNER_PARAMETERS))
    .bytes16(utf8(message.initiator))
    .bytes16(utf8(message.responder))
    .fixed(message.ephemeralKey, POINT_BYTES)
    .finish()
}

/** @throws ERR_DECODE_…, ERR_SESSION_PROTOCOL for another version or agreement */
export function decodeOpening(frame: Uint8Array): Opening {
  const reader = readerOf(frame, InnerKind.opening)
  const version = reader.uint8()
  if (version !== INNER_VERSION) {
    fail('ERR_SESSION_PROTOCOL', `expected version ${INNER_VERSION} of the inner channel, found ${version}`)
  }
  if (fromUtf8(reader.bytes16(64)) !== INNER_PARAMETERS) {
    fail('ERR_SESSION_PROTOCOL', `expected an inner channel of ${INNER_PARAMETERS}`)
  }
  const initiator = partyId(reader)
  const responder = partyId(reader)
  const ephemeralKey = reader.fixed(POINT_BYTES)
  reader.end()
  return { initiator, responder, ephemeralKey }
}

export function encodeAnswer(message: Answer): Uint8Array {
  return new Writer()
    .uint8(InnerKind.answer)
    .fixed(message.ephemeralKey, POINT_BYTES)
    .fixed(message.confirmation, CONFIRMATION_BYTES)
    .finish()
}

/** @throws ERR_DECODE_… */
export function decodeAnswer(frame: Uint8Array): Answer {
  const reader = readerOf(frame, InnerKind.answer)
  const answer = { ephemeralKey: reader.fixed(POINT_BYTES), confirmation: reader.fixed(CONFIRMATION_BYTES) }
  reader.end()
  return answer
}

/** What stands before the first record of a full handshake. */
export function encodeConfirmed(confirmation: Uint8Array): Uint8Array {
  return new Writer().uint8(InnerKind.confirmed).fixed(confirmation, CONFIRMATION_BYTES).finish()
}

/** @throws ERR_DECODE_… */
export function decodeConfirmed(frame: Uint8Array): Confirmed {
  const reader = readerOf(frame, InnerKind.confirmed)
  return { confirmation: reader.fixed(CONFIRMATION_BYTES), record: frame.subarray(1 + CONFIRMATION_BYTES) }
}

const RESUMED_BYTES = 1 + TICKET_ID_BYTES + 2 + NONCE_BYTES

/** What stands before the first record of a resumed channel. */
export function encodeResumed(message: Omit<Resumed, 'record'>): Uint8Array {
  return new Writer()
    .uint8(InnerKind.resumed)
    .fixed(message.ticketId, TICKET_ID_BYTES)
    .uint16(message.use)
    .fixed(message.nonce, NONCE_BYTES)
    .finish()
}

/** @throws ERR_DECODE_… */
export function decodeResumed(frame: Uint8Array): Resumed {
  const reader = readerOf(frame, InnerKind.resumed)
  const ticketId = reader.fixed(TICKET_ID_BYTES)
  const use = reader.uint16()
  return { ticketId, use, nonce: reader.fixed(NONCE_BYTES), record: frame.subarray(RESUMED_BYTES) }
}

/** What stands before the first record of a responder that accepts. */
export function encodeAccepted(nonce: Uint8Array): Uint8Array {
  return new Writer().uint8(InnerKind.accepted).fixed(nonce, NONCE_BYTES).finish()
}

/** @throws ERR_DECODE_… */
export function decodeAccepted(frame: Uint8Array): Accepted {
  const reader = readerOf(frame, InnerKind.accepted)
  return { nonce: reader.fixed(NONCE_BYTES), record: frame.subarray(1 + NONCE_BYTES) }
}

/** "I do not know this secret": not authenticated; it only makes the initiator agree on fresh keys. */
export function encodeUnknown(): Uint8Array {
  return Uint8Array.of(InnerKind.unknown)
}

/** Bytes before a record in the longest frame that carries one. */
export const LONGEST_PREFIX_BYTES = RESUMED_BYTES

function readerOf(frame: Uint8Array, kind: InnerKind): Reader {
  const reader = new Reader(frame)
  const found = reader.uint8()
  if (found !== kind) {
    fail('ERR_DECODE_SCHEMA', `expected a frame of kind ${kind} of the inner channel, found ${found}`)
  }
  return reader
}

function partyId(reader: Reader): string {
  const id = fromUtf8(reader.bytes16(32))
  if (!PARTY_ID.test(id)) fail('ERR_DECODE_SCHEMA', 'expected the id of a party')
  return id
}
