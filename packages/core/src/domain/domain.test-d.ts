import { expectTypeOf } from 'vitest'
import {
  type DefaultRecord,
  type IsoDate,
  type KindCode,
  parseIsoDate,
  type RecordClass,
  type Subject,
} from './index.ts'

// A date is one only after it was parsed.
expectTypeOf<string>().not.toExtend<IsoDate>()
expectTypeOf<IsoDate>().toExtend<string>()
expectTypeOf(parseIsoDate).returns.toEqualTypeOf<IsoDate>()

// A subject is made by its parser only, and is no string: it cannot end up in a message by accident.
expectTypeOf<Subject>().not.toExtend<string>()
// @ts-expect-error there is no way around the checks
const _made: Subject = { idType: 'resident-id' }

// Amounts are integers of fen, or unknown.
expectTypeOf<DefaultRecord['amountFen']>().toEqualTypeOf<bigint | null>()
expectTypeOf<RecordClass>().toEqualTypeOf<'A' | 'B' | 'C'>()
expectTypeOf<'contract-due-not-repaid'>().toExtend<KindCode>()
expectTypeOf<string>().not.toExtend<KindCode>()
