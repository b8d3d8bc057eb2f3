import { binary, partyId, recordCodec, uint } from '@mixun/core/codec'
import { z } from 'zod'

/** What a ticket is about: the source of a record, the record itself, or rows that do not open. */
export const TICKET_SUBJECTS = ['source', 'record', 'rows'] as const

/** What a ticket is about. */
export type TicketSubject = (typeof TICKET_SUBJECTS)[number]

/** How a ticket is answered. `not-delivered`: its content did not arrive. */
export const TICKET_OUTCOMES = [
  'source-opened',
  'upheld',
  'corrected',
  'withdrawn',
  'received',
  'not-delivered',
] as const

/** How a ticket is answered. */
export type TicketOutcome = (typeof TICKET_OUTCOMES)[number]

/**
 * A challenge or dispute 工单, routed by its inquirer to who has to answer. It names neither intent nor class nor record:
 * its content goes to the addressee alone.
 */
export const ticketCodec = recordCodec(
  'ticket entry',
  z.strictObject({
    ticketId: binary(16),
    about: z.enum(TICKET_SUBJECTS),
    addressee: partyId,
    /** Of the content, with a nonce in it. */
    commitment: binary(32),
    /** Whole points, as the audit rules have it; given back unless the record stands. */
    price: uint(1_000_000_000),
  }),
  256,
)

/** The addressee has answered; what it says goes to the author alone. */
export const ticketAnsweredCodec = recordCodec(
  'ticket-answered entry',
  z.strictObject({
    ticketId: binary(16),
    outcome: z.enum(TICKET_OUTCOMES),
    /** Of the answer, with a nonce in it. */
    answerDigest: binary(32),
    /** By it who has read the record knows that it is meant; null when the record stands. */
    notice: binary(32).nullable(),
  }),
  256,
)

/** The deadline of a ticket passed without an answer; authored by the association. */
export const ticketExpiredCodec = recordCodec(
  'ticket-expired entry',
  z.strictObject({ ticketId: binary(16) }),
  64,
)
