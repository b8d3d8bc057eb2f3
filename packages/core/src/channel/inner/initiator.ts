import { concat, utf8, wipe } from '../../bytes/index.ts'
import { fail } from '../../errors/index.ts'
import type { RandomSource } from '../../random/index.ts'
import type { Identity, Peer } from '../../session/identity.ts'
import { checkSm2Confirmation } from '../../sm/index.ts'
import type { AgreementStart, KeyAgreement, Suite } from '../../suite/index.ts'
import { decodeAccepted, decodeAnswer, encodeConfirmed, encodeOpening, encodeResumed } from './codec.ts'
import { agreedKeys, resumedInitiatorKey, resumedResponderKey, resumedSecret } from './keys.ts'
import { NONCE_BYTES } from './params.ts'
import { type Record, RecordOpener, RecordSealer } from './records.ts'
import type { NewTicket, TicketUse } from './tickets.ts'

/** The user id with which a party's key goes into Z of the agreement: no signature uses it. */
export function agreementUserId(partyId: string): Uint8Array {
  return utf8(`mixun-inner-1/${partyId}`)
}

/** @throws ERR_INPUT_RANGE for a key that takes part in no agreement: there is no channel without one */
export function startAgreement(
  identity: Identity,
  role: AgreementStart['role'],
  random: RandomSource,
): KeyAgreement {
  const userId = agreementUserId(identity.partyId)
  const agreement = identity.signingKey.startAgreement?.({ role, userId, random })
  return agreement ?? fail('ERR_INPUT_RANGE', 'expected a signing key that takes part in key agreements')
}

export interface OpeningState {
  readonly suite: Suite
  readonly peer: Peer
  readonly agreement: KeyAgreement
  readonly opening: Uint8Array
}

/** Full handshake, steps A1 to A3: R_A to the peer. */
export function open(
  identity: Identity,
  peer: Peer,
  random: RandomSource,
): { state: OpeningState; message: Uint8Array } {
  const agreement = startAgreement(identity, 'initiator', random)
  const { ephemeralKey } = agreement
  const opening = encodeOpening({ initiator: identity.partyId, responder: peer.partyId, ephemeralKey })
  return { state: { suite: identity.suite, peer, agreement, opening }, message: opening }
}

/** Both directions of a channel that the initiator may use. */
export interface InitiatorKeys {
  readonly sealer: RecordSealer
  readonly opener: RecordOpener
}

/**
 * Full handshake, steps A4 to A10: checks S_B, answers S_A. `message` stands before the first record.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_CONFIRMATION, ERR_AGREEMENT_DEGENERATE
 */
export function confirm(
  state: OpeningState,
  answer: Uint8Array,
): { keys: InitiatorKeys; ticket: NewTicket; message: Uint8Array } {
  const { suite, peer, agreement, opening } = state
  const { ephemeralKey, confirmation } = decodeAnswer(answer)
  const agreed = agreement.agree({
    publicKey: peer.publicKey,
    ephemeralKey,
    userId: agreementUserId(peer.partyId),
  })
  try {
    checkSm2Confirmation(agreed, confirmation)
  } catch (error) {
    wipe(agreed.key)
    throw error
  }
  const message = encodeConfirmed(agreed.confirmation)
  const keys = agreedKeys(suite, agreed.key, [opening, answer, message])
  return {
    keys: {
      sealer: new RecordSealer(suite, keys.initiator, 'initiator'),
      opener: new RecordOpener(suite, keys.responder, 'responder'),
    },
    ticket: { id: keys.ticketId, secret: keys.ticketSecret, peer },
    message,
  }
}

export interface ResumingState {
  readonly suite: Suite
  /** Secret of this channel. */
  readonly secret: Uint8Array
}

/** Resumption: the sealer may be used at once; `message` stands before the first record. */
export function resume(
  suite: Suite,
  { ticket, use }: TicketUse,
  random: RandomSource,
): { state: ResumingState; sealer: RecordSealer; message: Uint8Array } {
  const message = encodeResumed({ ticketId: ticket.id, use, nonce: random.bytes(NONCE_BYTES) })
  const secret = resumedSecret(suite, ticket.secret, message)
  const sealer = new RecordSealer(suite, resumedInitiatorKey(suite, secret), 'initiator')
  return { state: { suite, secret }, sealer, message }
}

/**
 * The responder accepted: its nonce gives its key, its first record proves that it knows the secret. Wipes the state.
 *
 * @throws ERR_DECODE_…, ERR_VERIFY_RECORD
 */
export function acceptAnswer(
  state: ResumingState,
  frame: Uint8Array,
): { opener: RecordOpener; first: Record } {
  const { suite, secret } = state
  const { nonce, record } = decodeAccepted(frame)
  const opener = new RecordOpener(suite, resumedResponderKey(suite, secret, nonce), 'responder')
  wipe(secret)
  return { opener, first: opener.open(record) }
}

/** The bytes of a frame: what stands before the record, if anything does, and the record. */
export function frameOf(prefix: Uint8Array | null, record: Uint8Array): Uint8Array {
  return prefix === null ? record : concat(prefix, record)
}
