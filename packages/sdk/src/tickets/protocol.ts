/**
 * Brings tickets to their addressee and fetches the answers; both are checked against the ledger, which has their digests.
 *
 *   author                                        addressee
 *   1 ‖ content                  ──────────►      commitment on the ledger, from this author, to me?  keep
 *                                ◄──────────      1
 *   2 ‖ ticket id                ──────────►      a ticket of this author, answered?
 *                                ◄──────────      answer
 */
import { compareBytes, concat } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import type { RecordedTicket } from '@mixun/ledger-adapter/policy'
import type { TicketStore } from '../store/tickets.ts'
import {
  ticketAnswerCodec,
  type TicketAnswer,
  ticketAnswerDigest,
  ticketCommitment,
  ticketContentCodec,
} from './messages.ts'

/** Protocol name in the hello. */
export const TICKETS_PROTOCOL = 'tickets'
/** Its parameter set. */
export const TICKETS_PARAMETERS = 'tickets_1'

const DELIVER = 1
const FETCH = 2

/** Hands the content of a recorded ticket to its addressee. @throws ERR_PEER_REFUSED, ERR_CHANNEL_… */
export async function deliverTicket(session: Session, content: Uint8Array): Promise<void> {
  await session.send(concat(Uint8Array.of(DELIVER), content))
  await session.receive()
}

/**
 * Fetches the answer to an own ticket.
 *
 * @throws ERR_VERIFY_COMMITMENT when it is not the answer on record; ERR_PEER_REFUSED, ERR_CHANNEL_…, ERR_DECODE_…
 */
export async function fetchAnswer(
  session: Session,
  registry: Registry,
  { ticketId, answerDigest, outcome }: RecordedTicket,
): Promise<{ readonly answer: TicketAnswer; readonly bytes: Uint8Array }> {
  await session.send(concat(Uint8Array.of(FETCH), ticketId))
  const bytes = (await session.receive()).slice()
  const answer = ticketAnswerCodec.decode(bytes)
  const isRecorded =
    answerDigest !== null &&
    compareBytes(ticketAnswerDigest(registry.anchor.suite, bytes), answerDigest) === 0 &&
    compareBytes(answer.ticketId, ticketId) === 0 &&
    answer.outcome === outcome
  if (!isRecorded) fail('ERR_VERIFY_COMMITMENT', 'expected the answer that is on record')
  return { answer, bytes }
}

/** The addressee's side of one request. @throws ERR_TICKET_UNKNOWN, ERR_VERIFY_COMMITMENT, ERR_DECODE_… */
export async function serveTicket(
  session: Session,
  self: string,
  registry: () => Promise<Registry>,
  store: TicketStore,
): Promise<void> {
  const frame = await session.receive()
  const [verb, body] = [frame[0], frame.subarray(1)]
  const peer = session.peer.partyId
  if (verb === DELIVER) {
    receiveTicket(await registry(), self, peer, body, store)
    return session.send(Uint8Array.of(1))
  }
  if (verb !== FETCH) return fail('ERR_DECODE_SCHEMA', 'expected a ticket, or the question for an answer')
  const ticket = (await registry()).policy.tickets.find(body)
  const answer = ticket?.author === peer && ticket.addressee === self ? store.answer(body) : undefined
  if (ticket?.state !== 'answered' || answer === undefined) {
    return fail('ERR_TICKET_UNKNOWN', 'expected a ticket of this peer that was answered here')
  }
  await session.send(answer)
}

/** Keeps the content of a ticket once it is the one on record. @throws ERR_TICKET_UNKNOWN, ERR_VERIFY_COMMITMENT */
export function receiveTicket(
  registry: Registry,
  self: string,
  author: string,
  content: Uint8Array,
  store: TicketStore,
): void {
  const { ticketId, about } = ticketContentCodec.decode(content)
  const ticket = registry.policy.tickets.find(ticketId)
  if (ticket?.author !== author || ticket.addressee !== self) {
    return fail('ERR_TICKET_UNKNOWN', `expected a ticket of ${author} to ${self} on record`)
  }
  const { suite } = registry.anchor
  if (compareBytes(ticketCommitment(suite, content), ticket.commitment) !== 0 || about !== ticket.about) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the content that the ticket commits to')
  }
  store.keep(ticketId, content.slice())
}
