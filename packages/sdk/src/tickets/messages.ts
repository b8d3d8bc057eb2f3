import { utf8 } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, text } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import { TICKET_OUTCOMES, TICKET_SUBJECTS } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'

/** Most items of one ticket: rows that do not open are released in batches. */
export const MAX_TICKET_ITEMS = 256

const contentSchema = z.strictObject({
  ticketId: binary(16),
  about: z.enum(TICKET_SUBJECTS),
  /** Keeps the commitment on the ledger from being guessed. */
  nonce: binary(32),
  items: z
    .array(
      z.strictObject({
        provider: partyId,
        class: text(1),
        /** Salted source digest of a record: by it its provider finds it. */
        sourceDigest: binary(32).nullable(),
        /** Of rows that do not open, for the association: what it would draw and have opened. */
        intentId: binary(16).nullable(),
        code: text(64).nullable(),
      }),
    )
    .min(1)
    .max(MAX_TICKET_ITEMS),
  statement: text(4_000).nullable(),
})

/** What a ticket says; for its addressee alone. */
export type TicketContent = z.infer<typeof contentSchema>

/** The canonical encoding of a ticket's content. */
export const ticketContentCodec = recordCodec('ticket content', contentSchema, 65_536)

const answerSchema = z.strictObject({
  ticketId: binary(16),
  outcome: z.enum(TICKET_OUTCOMES),
  nonce: binary(32),
  /** How the challenged source digest opens. */
  source: z.strictObject({ digest: binary(32), salt: binary(32) }).nullable(),
  statement: text(4_000).nullable(),
})

/** What the addressee answers; for the author alone. */
export type TicketAnswer = z.infer<typeof answerSchema>

/** The canonical encoding of an answer. */
export const ticketAnswerCodec = recordCodec('ticket answer', answerSchema, 16_384)

/** What the ledger holds of a ticket's content. @param content encoded */
export function ticketCommitment(suite: Suite, content: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-ticket-1\0'), content)
}

/** What the ledger holds of an answer. @param answer encoded */
export function ticketAnswerDigest(suite: Suite, answer: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-ticket-answer-1\0'), answer)
}

/** By it who has read a record finds that it was changed: nobody else knows its salted source digest. */
export function recordNotice(suite: Suite, sourceDigest: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-record-notice-1\0'), sourceDigest)
}
