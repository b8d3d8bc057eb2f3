import { expectTypeOf } from 'vitest'
import { type ErrorCode, fail, isErrorCode, type MixunError } from './index.ts'

// A code that is not in the table does not compile, and a handler over codes is checked for each.
expectTypeOf<'ERR_DECODE_LENGTH'>().toExtend<ErrorCode>()
expectTypeOf<string>().not.toExtend<ErrorCode>()
expectTypeOf<MixunError['code']>().toEqualTypeOf<ErrorCode>()
// @ts-expect-error no such code
const _unknown = (): never => fail('NO_SUCH_CODE', 'message')

// `fail` never returns, so that what follows it is narrowed.
expectTypeOf(fail).returns.toBeNever()

// What a peer says is any string until it is checked.
declare const said: string
if (isErrorCode(said)) expectTypeOf(said).toEqualTypeOf<ErrorCode>()
