import { recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { classList, isoDate } from './fields.ts'

const statutoryRule = z.strictObject({
  /** Named as the basis of a record: `statutory:` and the rule's name. */
  id: text(64).regex(/^statutory:[a-z0-9][a-z0-9.-]*$/),
  /** Classes that may be shared under it. */
  classes: classList,
})

/** Under which conditions records are shared. Each entry states all of the rules anew. */
export const sharingRulesCodec = recordCodec(
  'sharing-rules entry',
  z.strictObject({
    version: uint(0xffff_ffff).min(2),
    /** From this day on records of existing customers 存量 are shared too; null while they are not. */
    existingCustomersFrom: isoDate.nullable(),
    /** How many years a cured record stays published. */
    yearsPublishedAfterCure: uint(100).min(1),
    statutoryRules: z.array(statutoryRule).max(64),
  }),
  16_384,
)
