import { parseIsoDate } from '@mixun/core/domain'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { LedgerState } from '../ledger/state.ts'
import { TEST_NOW, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { testCalendar } from '../testing/test-rules.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import { closeEpoch } from './closing.ts'
import { dueClosing } from './due-closing.ts'
import { type PeriodLength, periodAfter, periodNamed, periodOf } from './periods.ts'

const DAY_MS = 86_400_000
/** Midnight in China at the beginning of a day. */
const china = (day: string) => Date.parse(`${day}T00:00:00+08:00`)

describe('the points period that is due', () => {
  let consortium: TestConsortium
  let state: LedgerState
  let write: TestFold['write']

  function found(period: PeriodLength) {
    consortium = new TestConsortium()
    const genesis = { ...consortium.genesis(), pointsRules: { ...TEST_RULES, period } }
    const [, ...others] = consortium.opening()
    const opening = [consortium.sign('xiehui', 'genesis', genesis), ...others]
    ;({ state, write } = testFold(consortium, opening))
  }
  const due = (now: number, foundedAt = TEST_NOW) => dueClosing(state.registry, foundedAt, now)?.name ?? null
  const close = (period: string, at: number) => {
    const { payload } = closeEpoch('intl', period, state.closingBalances(), () => new Uint8Array(32))
    write('xiehui', 'points-closed', payload, at)
  }

  beforeEach(() => found('month'))

  test('is that of the founding, from the day after its last day in China on', () => {
    // 2026-06-30, in China.
    expect(due(china('2026-07-01') - 1)).toBeNull()
    expect(due(china('2026-07-01'))).toBe('2026-06')
    expect(due(china('2026-12-24'))).toBe('2026-06')
  })

  test('is the one after the last that was closed, whichever that was, and each is due once', () => {
    close('2026-05', china('2026-07-03'))
    expect(due(china('2026-07-03'))).toBe('2026-06')
    close('2026-06', china('2026-07-03'))
    expect(due(china('2026-07-03'))).toBeNull()
    expect(due(china('2026-08-01'))).toBe('2026-07')
  })

  test('waits for the last report, and is then what the rules take', () => {
    // The last day of June is a Tuesday; its report may come on Wednesday.
    write('xiehui', 'calendar', testCalendar({ from: parseIsoDate('2026-06-20') }))
    expect(due(china('2026-07-02') - 1)).toBeNull()
    expectCode('ERR_LEDGER_CLOSING', () => close('2026-06', china('2026-07-02') - 1))
    expect(due(china('2026-07-02'))).toBe('2026-06')
    close('2026-06', china('2026-07-02'))
  })

  test('is a quarter or a day where the rules say so', () => {
    found('quarter')
    expect([due(china('2026-07-01') - 1), due(china('2026-07-01'))]).toEqual([null, '2026-Q2'])
    found('day')
    expect(due(TEST_NOW + 2 * DAY_MS)).toBe('2026-06-30')
    close('2026-06-30', TEST_NOW + 2 * DAY_MS)
    expect(due(TEST_NOW + 2 * DAY_MS)).toBe('2026-07-01')
  })

  test('needs a founded consortium with a firm', () => {
    const empty = new LedgerState(consortium.anchor, consortium.verifiers)
    expect(dueClosing(empty.registry, TEST_NOW, china('2027-01-01'))).toBeNull()
    const [genesis] = consortium.opening()
    empty.apply(empty.admit(genesis as Parameters<typeof empty.admit>[0]), 0)
    expect(dueClosing(empty.registry, TEST_NOW, china('2027-01-01'))).toBeNull()
  })
})

test('days as periods', () => {
  const day = periodOf('day', parseIsoDate('2026-12-31'))
  expect(day).toEqual({ name: '2026-12-31', first: '2026-12-31', last: '2026-12-31' })
  expect(periodNamed('day', '2026-12-31')).toEqual(day)
  expect(periodAfter('day', day).name).toBe('2027-01-01')
  for (const name of ['2026-12', '2026-12-32', '2026-2-1', '2026-02-30', '2026-12-31-1', '']) {
    expectCode('ERR_LEDGER_CLOSING', () => periodNamed('day', name))
  }
})
