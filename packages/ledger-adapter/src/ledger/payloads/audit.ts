import { binary, recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'

/** What may be found against a party when something it owes is due. */
export const FINDINGS = ['not-opened', 'forged', 'ticket-expired'] as const

/** What was found against a party. */
export type Finding = (typeof FINDINGS)[number]

const hours = uint(8_784).min(1)
const penalty = uint(1_000_000_000)

/** How inquiries are audited, how long parties have to answer, and what it costs not to. Each entry states all anew. */
export const auditRulesCodec = recordCodec(
  'audit-rules entry',
  z.strictObject({
    /** Version 1 is built in. */
    version: uint(0xffff_ffff).min(2),
    /** Share of intents that a beacon draws, in millionths. */
    samplePerMillion: uint(1_000_000),
    /** From the draw to the deadline of an opening. */
    openingHours: hours,
    /** From a ticket to the deadline of its answer. */
    answerHours: hours,
    /** Points taken for a finding, as far as the party has them. */
    penalties: z.strictObject({ 'not-opened': penalty, forged: penalty, 'ticket-expired': penalty }),
    /** What a ticket costs its author, unless it changes a record, and how many a firm opens on a day in China. */
    tickets: z.strictObject({ price: penalty, perDay: uint(1_000_000) }),
    /** Intents that a firm may hold bought in advance, open at once, and the hours that they last. */
    boughtIntents: z.strictObject({ open: uint(1_000), hours: uint(12).min(1) }),
    /** Findings at which the suspension of the party is to be decided. */
    proposeSuspension: z.array(z.enum(FINDINGS)).max(FINDINGS.length),
  }),
  512,
)

/** Commits to the secret of the next sample, before the cosignature that it is drawn by; authored by the association. */
export const auditCommittedCodec = recordCodec(
  'audit-committed entry',
  z.strictObject({ commitment: binary(32) }),
  128,
)

/** Draws the intents [from, to) that have to be opened; authored by the association. */
export const auditSampleCodec = recordCodec(
  'audit-sample entry',
  z.strictObject({
    from: uint(),
    /** Size of the checkpoint of the beacon. */
    to: uint(),
    /** The beacon: a checkpoint of this size, signed by the log and cosigned by an active firm, with one line each. */
    note: text(4_096),
    /** Opens the last commitment, which stands before the cosigned checkpoint's end. */
    secret: binary(32),
  }),
  8_192,
)

/** The association has seen an opening that holds, and the document that the investor signed. */
export const auditOpenedCodec = recordCodec(
  'audit-opened entry',
  z.strictObject({
    intentId: binary(16),
    /** Of the firm's signed opening, by the suite's hash. */
    openingDigest: binary(32),
  }),
  256,
)

/** A drawn intent was not opened in time, or its opening shows that the investor signed nothing of the kind. */
export const auditFailedCodec = recordCodec(
  'audit-failed entry',
  z.strictObject({
    intentId: binary(16),
    finding: z.enum(['not-opened', 'forged']),
    /** Null when nothing was opened. */
    openingDigest: binary(32).nullable(),
  }),
  256,
)
