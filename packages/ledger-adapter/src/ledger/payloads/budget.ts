import { partyId, recordCodec, uint } from '@mixun/core/codec'
import { CONSENT_PURPOSES, type ConsentPurpose } from '@mixun/core/domain'
import { z } from 'zod'

const limit = uint(1_000_000_000).nullable()

/** How often a firm may ask, in intents; null where there is no limit. A firm's later budget replaces its earlier one. */
export const budgetCodec = recordCodec(
  'budget entry',
  z.strictObject({
    partyId,
    /** A day in China, by class. */
    perDay: z.strictObject({ A: limit, B: limit, C: limit }),
    /** A day in China, by purpose; purposes that are left out have no limit. */
    perDayByPurpose: z
      .array(
        z.strictObject({
          purpose: z.enum(CONSENT_PURPOSES as [ConsentPurpose, ...ConsentPurpose[]]),
          limit: uint(1_000_000_000),
        }),
      )
      .max(CONSENT_PURPOSES.length)
      .refine(list => new Set(list.map(each => each.purpose)).size === list.length, 'each purpose once'),
    /** Of one table in one epoch. */
    perEpoch: limit,
  }),
  1024,
)
