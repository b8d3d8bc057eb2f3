import { describe, expect, it } from 'vitest'
import { ERROR_CODES, type ErrorCode, mixunError } from '../errors/index.ts'
import { publicCode } from './index.ts'

describe('code that a peer learns', () => {
  it('is the own one of what lies at the peer', () => {
    for (const code of [
      'ERR_DECODE_ELEMENT',
      'ERR_VERIFY_BLINDING',
      'ERR_VERIFY_SIGNATURE',
      'ERR_EPOCH_STALE',
      'ERR_SESSION_PROTOCOL',
      'ERR_LIMIT_FRAME_BYTES',
    ] as const) {
      expect(publicCode(mixunError(code, 'message'))).toBe(code)
    }
  })

  it('is ERR_INTERNAL for decryption, noise, own arguments and whatever has no code', () => {
    for (const code of ['ERR_VERIFY_OPEN', 'ERR_VERIFY_ROW', 'ERR_NOISE_BUDGET', 'ERR_KEY_FILE'] as const) {
      expect(publicCode(mixunError(code, 'message'))).toBe('ERR_INTERNAL')
    }
    for (const other of [new TypeError('x'), 'x', undefined, { code: 'ERR_EPOCH_STALE' }]) {
      expect(publicCode(other)).toBe('ERR_INTERNAL')
    }
  })

  it('never is of a class of failures that stay at home', () => {
    const hidden = ['InputError', 'ProtocolStateError', 'NoiseBudgetError']
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const told = publicCode(mixunError(code, 'message'))
      expect(told === 'ERR_INTERNAL' || !hidden.includes(ERROR_CODES[told].class)).toBe(true)
    }
  })
})
