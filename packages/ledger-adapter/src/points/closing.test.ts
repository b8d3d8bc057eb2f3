import { parseIsoDate } from '@mixun/core/domain'
import type { ErrorCode } from '@mixun/core/errors'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Payloads } from '../ledger/payloads.ts'
import type { LedgerState } from '../ledger/state.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { testCalendar } from '../testing/test-rules.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import { closeEpoch, verifyClosingOpening } from './closing.ts'
import { reportingPenalties } from './events.ts'
import { periodAfter, periodNamed, periodOf } from './periods.ts'

const DAY_MS = 86_400_000
/** 2026-08-10, a Monday. */
const LATER = TEST_NOW + 41 * DAY_MS
const code: ErrorCode = 'ERR_LEDGER_CLOSING'

describe.each([intl, sm])('closing a points period in suite $id', suite => {
  let consortium: TestConsortium
  let state: LedgerState
  let write: TestFold['write']
  let size: TestFold['size']

  const blindings = (period: string, party: string) =>
    suite.hash(new TextEncoder().encode(`${period}/${party}`))
  const closing = (period = '2026-07', balances = state.closingBalances()) =>
    closeEpoch(suite.id, period, balances, blindings)
  const penalties = () =>
    reportingPenalties(TEST_RULES, state, { period: '2026-07', at: LATER, reference: 'x' })
  const refused = (payload: Payloads['points-closed'], author = 'xiehui', createdAt = LATER) =>
    expectCode(code, () => write(author, 'points-closed', payload, createdAt))

  beforeEach(() => {
    consortium = new TestConsortium(undefined, undefined, suite)
    ;({ state, write, size } = testFold(consortium))
    write('xiehui', 'points-grant', { partyId: 'jia', amount: 7, reason: 'quality' })
  })

  test('opens the sum for all and its balance to each firm', () => {
    const { payload, openings } = closing()
    expect(payload.total).toBe(3 * 110 + 7)
    expect(write('xiehui', 'points-closed', payload, LATER)).toEqual([])
    expect(state.registry.lastClosing).toMatchObject({ period: '2026-07', index: size() - 1 })
    const [bing, jia] = openings as [(typeof openings)[0], (typeof openings)[0]]
    expect(() => verifyClosingOpening(suite.id, payload, jia, 117)).not.toThrow()
    const bad = [
      { ...jia, balance: 116 },
      { ...jia, blinding: bing.blinding },
      { ...jia, period: '2026-08' },
      { ...jia, partyId: 'bing' },
      { ...jia, partyId: 'ding' },
    ]
    for (const opening of bad) {
      expectCode('ERR_VERIFY_COMMITMENT', () => verifyClosingOpening(suite.id, payload, opening, 117))
    }
    // What the association says of a firm has to be what the firm computes itself.
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyClosingOpening(suite.id, payload, jia, 118))
  })

  test('is refused with a sum that its commitments or the balances do not add up to: ERR_LEDGER_CLOSING', () => {
    const { payload } = closing()
    refused({ ...payload, total: payload.total + 1 })
    const shifted = new Map([...state.closingBalances()].map(([firm, held]) => [firm, held + 1]))
    refused(closing('2026-07', shifted).payload)
    refused({ ...payload, balances: payload.balances.slice(1) })
    const [first, second] = payload.balances as [{ partyId: string; commitment: Uint8Array }, never]
    refused({ ...payload, balances: [first, second] })
    expect(state.registry.lastClosing).toBeNull()
  })

  test('is refused when a firm is paid out of another, unless the firms agree: each checks its own line', () => {
    const balances = state.closingBalances()
    balances.set('jia', 116).set('yi', 111)
    const { payload, openings } = closing('2026-07', balances)
    write('xiehui', 'points-closed', payload, LATER)
    const own = openings.find(each => each.partyId === 'yi') as (typeof openings)[0]
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyClosingOpening(suite.id, payload, own, 110))
  })

  test('comes after the last day of its period, one after the other, by the association', () => {
    refused(closing('2026-08').payload)
    refused(closing('July').payload)
    expectCode('ERR_LEDGER_AUTHOR', () => write('jia', 'points-closed', closing().payload, LATER))
    write('xiehui', 'points-closed', closing().payload, LATER)
    refused(closing().payload)
    const inOctober = LATER + 60 * DAY_MS
    refused(closing('2026-09').payload, 'xiehui', inOctober)
    write('xiehui', 'points-closed', closing('2026-08').payload, inOctober)
  })

  test('takes points for working days that were reported late or not at all, and never more than there are', () => {
    write('xiehui', 'calendar', testCalendar({ from: parseIsoDate('2026-07-20') }))
    // Working days from 20 to 31 July: ten. One is due in August.
    const report = (day: string, filed: string, hasLate = false) =>
      write('jia', 'reporting-day', { day: parseIsoDate(day), hasLate }, Date.parse(`${filed}T01:00:00Z`))
    report('2026-07-20', '2026-07-21')
    report('2026-07-21', '2026-07-23') // a day late
    report('2026-07-22', '2026-07-23', true) // holds a late record
    report('2026-07-24', '2026-07-27') // Friday, reported on Monday
    report('2026-07-31', '2026-08-03')
    const events = penalties()
    expect(events.map(({ party, amount }) => [party, amount])).toEqual([
      ['bing', 70],
      ['jia', 2 * 2 + 5 * 7],
      ['yi', 70],
    ])
    const { payload } = closing('2026-07', state.closingBalances(events))
    refused(closing().payload) // as if nothing had been taken
    expect(write('xiehui', 'points-closed', payload, LATER)).toMatchObject(
      events.map(({ party, amount }) => ({ party, amount, kind: 'penalty' })),
    )
    expect(state.balance('bing')).toEqual({ available: 40, reserved: 0, spent: 70, earned: 110 })
    expect(state.registry.policy.reporting.isFiled('jia', parseIsoDate('2026-07-24'))).toBe(false)
  })

  test('a report is of one past working day of the calendar, once, in an open period: ERR_LEDGER_REPORT', () => {
    const report = (day: string, filed: string, author = 'jia') =>
      write(
        author,
        'reporting-day',
        { day: parseIsoDate(day), hasLate: false },
        Date.parse(`${filed}T01:00:00Z`),
      )
    const bad = (day: string, filed: string, author = 'jia') =>
      expectCode('ERR_LEDGER_REPORT', () => report(day, filed, author))
    bad('2026-07-20', '2026-07-21')
    write('xiehui', 'calendar', testCalendar())
    report('2026-07-20', '2026-07-21')
    bad('2026-07-20', '2026-07-21')
    bad('2026-07-18', '2026-07-21') // Saturday
    bad('2026-10-01', '2026-10-12') // holiday
    bad('2026-07-21', '2026-07-21') // not over
    bad('2025-12-30', '2026-07-21') // before the calendar
    bad('2026-07-20', '2026-07-21', 'xiehui')
    const { reporting, calendar } = state.registry.policy
    const faults = reporting.faults(calendar, 'jia', parseIsoDate('2026-07-01'), parseIsoDate('2026-07-31'))
    expect(faults).toEqual({ late: 0, missing: 22 })
    const events = penalties()
    write('xiehui', 'points-closed', closing('2026-07', state.closingBalances(events)).payload, LATER)
    bad('2026-07-22', '2026-08-12')
  })

  test('comes out the same in the ledger, its mirror, and both opened anew', async () => {
    let clock = TEST_NOW
    const ledger = openTestLedger(consortium, { now: () => clock })
    await ledger.appendMany(consortium.opening())
    clock = LATER
    const { payload } = closeEpoch(suite.id, '2026-07', ledger.closingBalances(), blindings)
    await ledger.append(consortium.sign('xiehui', 'points-closed', payload, LATER))
    const mirror = openTestMirror(consortium, null)
    await mirror.sync(ledger)
    expect(mirror.registry.lastClosing).toEqual(ledger.registry.lastClosing)
    ledger.verify()
    mirror.verify()
    mirror.close()
    await ledger.close()
  })
})

test('periods are months or quarters of the calendar of China', () => {
  const day = parseIsoDate('2026-11-30')
  expect(periodOf('month', day)).toEqual({ name: '2026-11', first: '2026-11-01', last: '2026-11-30' })
  expect(periodOf('quarter', day)).toEqual({ name: '2026-Q4', first: '2026-10-01', last: '2026-12-31' })
  expect(periodAfter('month', periodNamed('month', '2026-12')).name).toBe('2027-01')
  expect(periodAfter('quarter', periodNamed('quarter', '2026-Q4')).name).toBe('2027-Q1')
  expect(periodNamed('month', '2028-02').last).toBe('2028-02-29')
  for (const name of ['2026-13', '2026-00', '2026-Q1', '26-01', '']) {
    expectCode(code, () => periodNamed('month', name))
  }
})
