import { recordCodec, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { isoDate, isStrictlyAscending } from './fields.ts'

const days = z.array(isoDate).max(4_000).refine(isStrictlyAscending, 'ascending days')

/** When a record is late: so many working days after its event, by kind. Each entry states the whole calendar anew. */
export const calendarCodec = recordCodec(
  'calendar entry',
  z.strictObject({
    version: uint(0xffff_ffff).min(1),
    /** Events of this day and later are judged. */
    from: isoDate,
    /** Working days from the event to the last day in time, by the kind's wire number, ascending. */
    workingDays: z
      .array(z.strictObject({ wire: uint(65_535), days: uint(366) }))
      .max(256)
      .refine(
        list => list.every((each, i) => i === 0 || each.wire > (list[i - 1]?.wire ?? 0)),
        'ascending kinds',
      ),
    /** Days off other than Saturdays and Sundays. */
    holidays: days,
    /** Saturdays and Sundays that are worked 调休. */
    workedWeekends: days,
  }),
  131_072,
)
