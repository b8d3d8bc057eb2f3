import { Subject } from '@mixun/core/domain'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { parseConsentId, parseIntentId, parseRequestId } from './ids.ts'

const ID = '00112233445566778899aabbccddeeff'
const subject = Subject.parse('resident-id', '11010519491231002X')

describe('ids', () => {
  it('are what they look like, and nothing else', () => {
    expect([parseConsentId(ID), parseIntentId(ID)]).toEqual([ID, ID])
    for (const bad of ['', ID.slice(2), `${ID}00`, ID.toUpperCase(), ` ${ID}`]) {
      expectCode('ERR_INPUT_RANGE', () => parseConsentId(bad))
      expectCode('ERR_INPUT_RANGE', () => parseIntentId(bad))
    }
  })

  it('of a request are short, printable, and do not name the subject', () => {
    for (const good of ['credit-2026-000123', '授信 1', 'x'.repeat(128), '11010519491231002']) {
      expect(parseRequestId(good, subject)).toBe(good)
    }
    for (const bad of ['', 'x'.repeat(129), 'a\nb', 'a\u0000'])
      expectCode('ERR_INPUT_RANGE', () => parseRequestId(bad))
    for (const naming of ['11010519491231002X', 'credit-11010519491231002x-1']) {
      const error = expectCode('ERR_INPUT_RANGE', () => parseRequestId(naming, subject))
      expect(JSON.stringify(error) + String(error.stack)).not.toContain('491231')
    }
  })
})
