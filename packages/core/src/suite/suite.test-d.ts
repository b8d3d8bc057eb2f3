import { expectTypeOf } from 'vitest'
import { intl, type Suite, type SuiteId, sm, suiteById } from './index.ts'

expectTypeOf<SuiteId>().toEqualTypeOf<'intl' | 'sm'>()
expectTypeOf(intl).toExtend<Suite>()
expectTypeOf(sm).toExtend<Suite>()
expectTypeOf(suiteById).returns.toEqualTypeOf<Suite>()
// The id of a suite cannot be replaced once it is in use.
// @ts-expect-error read-only
const _rename = (): unknown => (intl.id = 'sm')
