import { recordCodec, text, unixMs } from '@mixun/core/codec'
import { z } from 'zod'

/** Enables or retires a parameter set for the whole consortium, from a time on. */
export const parametersCodec = recordCodec(
  'parameters entry',
  z.strictObject({
    /** As hellos and table entries name it. */
    parameters: text(128),
    status: z.enum(['enabled', 'retired']),
    from: unixMs,
  }),
  512,
)
