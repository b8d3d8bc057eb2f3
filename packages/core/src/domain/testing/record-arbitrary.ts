import * as fc from 'fast-check'
import {
  DefaultRecord,
  type DefaultRecordFields,
  MAX_AMOUNT_FEN,
  RECORD_STATUSES,
} from '../default-record.ts'
import { calendarDate, type IsoDate, parseIsoDate } from '../iso-date.ts'
import { RECORD_KINDS } from '../kinds.ts'
import { compareRecords } from '../record-packing.ts'

const date = fc
  .tuple(
    fc.integer({ min: 1800, max: 2199 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => calendarDate(year, month, day) as IsoDate)

const recordOf = (recordClass: string) =>
  fc
    .record({
      kind: fc.constantFrom(
        ...RECORD_KINDS.filter(kind => kind.class === recordClass).map(kind => kind.code),
      ),
      occurredOn: date,
      amountFen: fc.option(fc.bigInt({ min: 0n, max: MAX_AMOUNT_FEN })),
      status: fc.constantFrom(...RECORD_STATUSES),
      curedOn: date,
      hasCureDate: fc.boolean(),
      sourceDigest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      reporter: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
    })
    .map(({ hasCureDate, curedOn, ...rest }) =>
      DefaultRecord.of({
        ...rest,
        curedOn: rest.status === 'cured' || (rest.status !== 'open' && hasCureDate) ? curedOn : null,
      }),
    )

/** Different records of one class, in any order. */
export const records = fc.constantFrom('A', 'B', 'C').chain(recordClass =>
  fc.uniqueArray(recordOf(recordClass), {
    maxLength: 12,
    comparator: (a, b) => compareRecords(a, b) === 0,
  }),
)

const fields: DefaultRecordFields = {
  kind: 'contract-due-not-repaid',
  occurredOn: parseIsoDate('2024-05-10'),
  amountFen: 1_115_765_664n,
  status: 'open',
  curedOn: null,
  sourceDigest: new Uint8Array(32).fill(7),
  reporter: 'jia',
}
/** A record of this content but for the fields given. */
export const make = (change: Partial<DefaultRecordFields> = {}) => DefaultRecord.of({ ...fields, ...change })
