import { recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { recordClass } from './fields.ts'

const kind = z.strictObject({
  code: text(64).regex(/^[a-z][a-z0-9-]*$/),
  class: recordClass,
  /** Stands for the kind in sealed rows. */
  wire: uint(65_535).min(1),
  public: z.boolean(),
  zh: text(64),
  en: text(128),
})

/** The catalogue of kinds of records, whole; a kind that is left out is retired and its number stays taken. */
export const kindsCodec = recordCodec(
  'kinds entry',
  z.strictObject({
    /** Version 1 is built in. */
    version: uint(0xffff_ffff).min(2),
    kinds: z
      .array(kind)
      .min(1)
      .max(256)
      .refine(
        list => list.every((each, i) => i === 0 || each.wire > (list[i - 1]?.wire ?? 0)),
        'ascending numbers',
      )
      .refine(list => new Set(list.map(each => each.code)).size === list.length, 'each code once'),
  }),
  65_536,
)
