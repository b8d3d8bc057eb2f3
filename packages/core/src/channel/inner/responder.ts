import { compareBytes, wipe } from '../../bytes/index.ts'
import { fail } from '../../errors/index.ts'
import type { RandomSource } from '../../random/index.ts'
import type { Identity, Peer } from '../../session/identity.ts'
import { checkSm2Confirmation, type Sm2Agreement } from '../../sm/index.ts'
import {
  decodeConfirmed,
  decodeOpening,
  decodeResumed,
  encodeAccepted,
  encodeAnswer,
  encodeConfirmed,
} from './codec.ts'
import { agreementUserId, startAgreement } from './initiator.ts'
import { agreedKeys, resumedInitiatorKey, resumedResponderKey, resumedSecret } from './keys.ts'
import { NONCE_BYTES } from './params.ts'
import { type Record, RecordOpener, RecordSealer } from './records.ts'
import type { NewTicket, ResponderTickets } from './tickets.ts'

/** Who a responder is, and whom it talks to. */
export interface ResponderParties {
  readonly identity: Identity
  /** The party that the transport's certificate names, where it has one. */
  readonly transportName: string | undefined
  /** The member with this id, or undefined. */
  readonly member: (partyId: string) => Peer | undefined
}

/** An authenticated channel, from the responder's side. */
export interface ResponderChannel {
  readonly peer: Peer
  readonly sealer: RecordSealer
  readonly opener: RecordOpener
  /** The first record, opened. */
  readonly first: Record
}

export interface AnswerState {
  readonly identity: Identity
  readonly peer: Peer
  readonly agreed: Sm2Agreement
  readonly frames: readonly [Uint8Array, Uint8Array]
}

/**
 * Full handshake, steps B1 to B9: R_B and S_B to a member whose certificate names it.
 *
 * @throws ERR_DECODE_…, ERR_SESSION_PROTOCOL, ERR_PEER_IDENTITY, all before the identity key is touched
 */
export function answer(
  parties: ResponderParties,
  frame: Uint8Array,
  random: RandomSource,
): { state: AnswerState; message: Uint8Array } {
  const { identity } = parties
  const opening = decodeOpening(frame)
  if (opening.responder !== identity.partyId) {
    fail('ERR_PEER_IDENTITY', `expected an opening to ${identity.partyId}, found ${opening.responder}`)
  }
  const peer = memberNamed(parties, opening.initiator)
  const agreement = startAgreement(identity, 'responder', random)
  const agreed = agreement.agree({
    publicKey: peer.publicKey,
    ephemeralKey: opening.ephemeralKey,
    userId: agreementUserId(peer.partyId),
  })
  const { ephemeralKey } = agreement
  const message = encodeAnswer({ ephemeralKey, confirmation: agreed.confirmation })
  return { state: { identity, peer, agreed, frames: [frame, message] }, message }
}

/**
 * Full handshake, step B10: checks S_A and opens the first record. Nothing is sealed for the initiator before.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_CONFIRMATION, ERR_VERIFY_RECORD
 */
export function complete(
  state: AnswerState,
  frame: Uint8Array,
): ResponderChannel & { readonly ticket: NewTicket } {
  const { identity, peer, agreed, frames } = state
  const { suite } = identity
  const { confirmation, record } = decodeConfirmed(frame)
  try {
    checkSm2Confirmation(agreed, confirmation)
  } catch (error) {
    wipe(agreed.key)
    throw error
  }
  const keys = agreedKeys(suite, agreed.key, [...frames, encodeConfirmed(confirmation)])
  const opener = new RecordOpener(suite, keys.initiator, 'initiator')
  return {
    peer,
    opener,
    first: opener.open(record),
    sealer: new RecordSealer(suite, keys.responder, 'responder'),
    ticket: { id: keys.ticketId, secret: keys.ticketSecret, peer },
  }
}

/**
 * Resumption: opens the first record under the ticket that the frame names, then marks its number as used. Undefined
 * when there is no such ticket, or its party has another key by now. `message` stands before the first record back.
 *
 * @throws ERR_DECODE_…, ERR_PEER_IDENTITY, ERR_VERIFY_RECORD, ERR_SESSION_REPLAYED
 */
export function acceptResumed(
  parties: ResponderParties,
  tickets: ResponderTickets,
  frame: Uint8Array,
  random: RandomSource,
  now: number,
): (ResponderChannel & { readonly message: Uint8Array }) | undefined {
  const { suite } = parties.identity
  const { ticketId, use, record } = decodeResumed(frame)
  const ticket = tickets.find(ticketId, now)
  if (ticket === undefined) return undefined
  const peer = memberNamed(parties, ticket.peer.partyId)
  if (compareBytes(peer.publicKey, ticket.peer.publicKey) !== 0) return undefined
  const opening = frame.subarray(0, frame.length - record.length)
  const secret = resumedSecret(suite, ticket.secret, opening)
  const opener = new RecordOpener(suite, resumedInitiatorKey(suite, secret), 'initiator')
  const first = opener.open(record)
  tickets.use(ticket, use)
  const nonce = random.bytes(NONCE_BYTES)
  const sealer = new RecordSealer(suite, resumedResponderKey(suite, secret, nonce), 'responder')
  wipe(secret)
  return { peer, opener, first, sealer, message: encodeAccepted(nonce) }
}

/** The member of this id, if the transport does not name another. */
function memberNamed(parties: ResponderParties, partyId: string): Peer {
  const { transportName, member } = parties
  if (transportName !== undefined && transportName !== partyId) {
    fail('ERR_PEER_IDENTITY', `the certificate names ${transportName}, the inner channel ${partyId}`)
  }
  return member(partyId) ?? fail('ERR_PEER_IDENTITY', `${partyId} is not a member`)
}
