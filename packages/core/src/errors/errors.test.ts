import { describe, expect, it } from 'vitest'
import {
  type CodeEntry,
  ERROR_CODES,
  type ErrorCode,
  fail,
  isErrorCode,
  MixunError,
  mixunError,
} from './index.ts'

const entries = Object.entries(ERROR_CODES) as [ErrorCode, CodeEntry][]

describe('errors', () => {
  it.each(entries)('%s has its class and tells what to do in both languages', (code, entry) => {
    const error = mixunError(code, 'message')
    expect(error.constructor.name).toBe(entry.class)
    expect(error).toBeInstanceOf(MixunError)
    expect(error.name).toBe(entry.class)
    expect(error.nextStep).toBe(entry.next)
    expect(error.retryable).toBe(entry.retryable === true)
    expect(code).toMatch(/^ERR_[A-Z]+(_[A-Z]+)*$/)
    expect(entry.when).not.toBe('')
    expect(entry.next).not.toBe('')
    expect(entry.nextZh).toMatch(/\p{Script=Han}/u)
  })

  it('carry message, details and cause, and show no cause in JSON', () => {
    const cause = new Error('inner')
    const error = mixunError('ERR_INTERNAL', 'outer', { cause, details: { size: 3 } })
    expect(error.cause).toBe(cause)
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'ERR_INTERNAL',
      name: 'ProtocolStateError',
      message: 'outer',
      details: { size: 3 },
    })
    expect('cause' in mixunError('ERR_INTERNAL', 'outer')).toBe(false)
  })

  it('are thrown by fail', () => {
    expect(() => fail('ERR_INPUT_RANGE', 'message')).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT_RANGE', details: {} }),
    )
  })

  it('tell codes of this build from other strings', () => {
    expect(isErrorCode('ERR_INTERNAL')).toBe(true)
    for (const other of ['NO_CODE', '', 'toString', '__proto__']) expect(isErrorCode(other)).toBe(false)
  })
})
