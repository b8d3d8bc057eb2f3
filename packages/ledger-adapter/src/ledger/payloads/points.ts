import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { elementBytes, epoch, isoDate, isStrictlyAscending, recordClass } from './fields.ts'

/** A member's word that it downloaded the table of an epoch and found it under the root on record. */
export const tableAttestedCodec = recordCodec(
  'table-attested entry',
  z.strictObject({ provider: partyId, class: recordClass, epoch, version: uint(0xffff_ffff) }),
  256,
)

/** A firm's report of one working day: its book holds what it had to report. Says how much of it only as late or not. */
export const reportingDayCodec = recordCodec(
  'reporting-day entry',
  z.strictObject({
    day: isoDate,
    /** Whether a record that came in that day was late by the reporting calendar. */
    hasLate: z.boolean(),
  }),
  128,
)

/** Most firms of a consortium: what one closing holds. */
const MAX_FIRMS = 2_000

/** The end of a points period, by the association: what every firm holds, hidden; what all hold, open. */
export const pointsClosedCodec = recordCodec(
  'points-closed entry',
  z.strictObject({
    /** `2026-11`, `2026-Q4`, or `2026-11-21`. */
    period: text(16),
    /** A Pedersen commitment to the closing balance of each firm, points reserved included; ascending by party. */
    balances: z
      .array(z.strictObject({ partyId, commitment: elementBytes }))
      .min(1)
      .max(MAX_FIRMS)
      .refine(list => isStrictlyAscending(list.map(each => each.partyId)), 'ascending parties'),
    /** Sum of the closing balances, in whole points. */
    total: uint(),
    /** Sum of the blindings: opens the sum of the commitments. */
    blinding: binary(32),
  }),
  160_000,
)
