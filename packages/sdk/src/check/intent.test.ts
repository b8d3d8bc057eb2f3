import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { intentExpiry } from './intent.ts'

const NOT_AFTER = 1_790_000_000_000

it('two intents under a consent that is about to end do not show that it is the same one', () => {
  const [earlier, later] = [100_000, 99_000].map(left => intentExpiry(NOT_AFTER - left, NOT_AFTER))
  expect(earlier).not.toBe(later)
  for (const left of [10_000, 59_999, 60_000, 299_999, 300_000, 86_400_000]) {
    const lifetime = intentExpiry(NOT_AFTER - left, NOT_AFTER) - (NOT_AFTER - left)
    expect([10_000, 60_000, 300_000]).toContain(lifetime)
    expect(lifetime).toBeLessThanOrEqual(left)
  }
  expectCode('ERR_CONSENT_EXPIRED', () => intentExpiry(NOT_AFTER - 9_999, NOT_AFTER))
})
