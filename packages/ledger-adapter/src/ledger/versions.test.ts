import { expectCode } from '@mixun/core/testing'
import { expect, test } from 'vitest'
import { JIA_ASKS, TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import { testFold } from '../testing/test-fold.ts'

const MINUTES_MS = 60_000

test('an intent names versions of its time, one that was bought in advance those that its inquirer had', () => {
  const consortium = new TestConsortium()
  const { state, write } = testFold(consortium)
  const consent = consortium.consent('jia')
  write('jia', 'consent', consent)
  const bought = consortium.bought('jia', JIA_ASKS)
  write('jia', 'intent-bought', bought)
  const { version: _, ...yi } = state.registry.currentTable('yi', 'B') as NonNullable<
    ReturnType<typeof state.registry.currentTable>
  >
  const delta = { ...yi, version: 1, root: consortium.bytes(32) }
  write('yi', 'table', delta)
  const at = (versions: number[], time: number, isBought = false) => {
    const intentId = isBought ? bought.intentId : consortium.bytes(16)
    const expiresAt = time + MINUTES_MS
    const intent = consortium.intent(consent, JIA_ASKS, { versions, intentId, isBought, expiresAt })
    return state.admit(consortium.entry('jia', 'intent', intent, time))
  }
  // bing and yi. A version that nobody released, and one that another replaced more than five minutes ago.
  const unknown = expectCode('ERR_EPOCH_STALE', () => at([0, 2], TEST_NOW))
  expect(unknown.details).toMatchObject({ provider: 'yi', version: 2 })
  expect(() => at([0, 0], TEST_NOW + 5 * MINUTES_MS)).not.toThrow()
  expectCode('ERR_EPOCH_STALE', () => at([0, 0], TEST_NOW + 5 * MINUTES_MS + 1))
  expect(() => at([0, 1], TEST_NOW + 6 * MINUTES_MS)).not.toThrow()
  expect(() => at([0, 0], TEST_NOW + 6 * MINUTES_MS, true)).not.toThrow()
  expectCode('ERR_EPOCH_STALE', () => at([1, 0], TEST_NOW + 6 * MINUTES_MS, true))
})
