import { parseIsoDate, RECORD_KINDS } from '@mixun/core/domain'
import { intl, sm } from '@mixun/core/suite'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ConsentPayload } from '../ledger/payloads.ts'
import type { LedgerState } from '../ledger/state.ts'
import { JIA_ASKS, TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import { testBudget, testCalendar, testSharingRules } from '../testing/test-rules.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const today = parseIsoDate('2026-06-30')

describe.each([intl, sm])('the policy on a ledger of suite $id', suite => {
  let consortium: TestConsortium
  let state: LedgerState
  let write: TestFold['write']
  let refuse: TestFold['refuse']
  let size: TestFold['size']

  beforeEach(() => {
    consortium = new TestConsortium(undefined, undefined, suite)
    ;({ state, write, refuse, size } = testFold(consortium))
  })

  function consentOf(changes: Partial<ConsentPayload> = {}): ConsentPayload {
    const consent = consortium.consent('jia', { notAfter: TEST_NOW + 30 * DAY_MS, ...changes })
    write('jia', 'consent', consent)
    return consent
  }

  const ask = (consent: ConsentPayload, changes = {}) => consortium.intent(consent, JIA_ASKS, changes)

  test('only the association changes rules', () => {
    const kinds = { version: 2, kinds: [...RECORD_KINDS] }
    const retire = { parameters: 'x', status: 'retired' as const, from: TEST_NOW }
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'sharing-rules', testSharingRules())
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'calendar', testCalendar())
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'kinds', kinds)
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'budget', testBudget('jia'))
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'parameters', retire)
    expect(state.registry.policy).toMatchObject({ sharing: { version: 1 }, calendar: null })
  })

  test('versions of the rules count up without gaps', () => {
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'sharing-rules', testSharingRules({ version: 3 }))
    write('xiehui', 'sharing-rules', testSharingRules())
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'sharing-rules', testSharingRules())
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'calendar', testCalendar({ version: 2 }))
    write('xiehui', 'calendar', testCalendar())
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'kinds', { version: 3, kinds: [...RECORD_KINDS] })
    expect(state.registry.policy.sharing.existingCustomersFrom).toBe('2026-07-01')
    expect(state.registry.policy.calendar?.version).toBe(1)
  })

  test('a number of a kind is never given to another, not even after the kind was retired', () => {
    const [first, ...others] = RECORD_KINDS
    const fresh = { ...(first as (typeof RECORD_KINDS)[number]), code: 'fresh', wire: 90 }
    write('xiehui', 'kinds', { version: 2, kinds: [fresh, ...others] })
    const { kinds } = state.registry.policy
    expect([kinds.has('fresh'), kinds.has('administrative-penalty')]).toEqual([true, false])
    const bad = [
      { ...fresh, wire: 101 },
      { ...fresh, wire: 91 },
      { ...fresh, public: !fresh.public },
      { ...fresh, class: 'B' as const },
    ]
    for (const kind of bad) {
      const list = [kind, ...others]
      refuse('ERR_LEDGER_POLICY', 'xiehui', 'kinds', { version: 3, kinds: list })
    }
    write('xiehui', 'kinds', { version: 3, kinds: [...RECORD_KINDS] })
    expect(kinds.has('fresh')).toBe(false)
  })

  test('a withdrawn consent is used no more, and only its inquirer withdraws it, once', () => {
    const consent = consentOf()
    const intent = ask(consent)
    write('jia', 'intent', intent)
    const withdrawal = {
      consentId: consent.consentId,
      reason: 'subject-withdrew' as const,
      intents: [intent.intentId],
    }
    refuse('ERR_CONSENT_UNKNOWN', 'yi', 'consent-withdrawn', withdrawal)
    refuse('ERR_CONSENT_UNKNOWN', 'jia', 'consent-withdrawn', {
      ...withdrawal,
      consentId: consortium.bytes(16),
    })
    for (const intents of [[], [consortium.bytes(16)], [intent.intentId, intent.intentId]]) {
      refuse('ERR_LEDGER_ENDED', 'jia', 'consent-withdrawn', { ...withdrawal, intents })
    }
    expect(state.registry.intentEndedAt(intent.intentId)).toBeUndefined()
    write('jia', 'consent-withdrawn', withdrawal)
    expect(state.registry.intentEndedAt(intent.intentId)).toBe(size() - 1)
    refuse('ERR_CONSENT_WITHDRAWN', 'jia', 'intent', ask(consent))
    refuse('ERR_CONSENT_WITHDRAWN', 'jia', 'consent-withdrawn', withdrawal)
    refuse('ERR_LEDGER_CONSENT_EXISTS', 'jia', 'consent', consent)
    expect(state.registry.consent(consent.consentId)).toMatchObject({ uses: 1, withdrawnIndex: size() - 1 })
  })

  test('consents last two years and intents twelve hours at most', () => {
    const notBefore = TEST_NOW
    const long = consortium.consent('jia', { notBefore, notAfter: notBefore + 731 * DAY_MS + 1 })
    refuse('ERR_CONSENT_INVALID', 'jia', 'consent', long)
    const consent = consentOf({ notBefore, notAfter: notBefore + 731 * DAY_MS })
    refuse('ERR_INTENT_LIFETIME', 'jia', 'intent', ask(consent, { expiresAt: TEST_NOW + 12 * HOUR_MS + 1 }))
    write('jia', 'intent', ask(consent, { expiresAt: TEST_NOW + 12 * HOUR_MS }))
    expect(state.registry.consent(consent.consentId)?.uses).toBe(1)
  })

  test('a budget of a day counts by class, with what was asked before it was set, until the next day in China', () => {
    const consent = consentOf()
    write('jia', 'intent', ask(consent))
    refuse('ERR_LEDGER_MEMBER', 'xiehui', 'budget', testBudget('xiehui'))
    write('xiehui', 'budget', testBudget('jia', { perDay: { A: 0, B: 2, C: 0 } }))
    expect(state.registry.policy.budgets.alarms(today).map(use => use.budget)).toEqual(['day/A', 'day/C'])
    write('jia', 'intent', ask(consent))
    const [alarm] = state.registry.policy.budgets.alarms(today).filter(use => use.budget === 'day/B')
    expect(alarm).toEqual({ partyId: 'jia', budget: 'day/B', used: 2, limit: 2, isAlarm: true })
    const error = refuse('ERR_BUDGET_EXCEEDED', 'jia', 'intent', ask(consent))
    expect(error.details).toEqual({ budget: 'day/B', used: 2, limit: 2 })
    // 15:59 UTC is the same day in China, 16:00 is the next one.
    const evening = TEST_NOW + 16 * HOUR_MS - 1
    const lasting = (at: number) => ask(consent, { expiresAt: at + 60_000 })
    refuse('ERR_BUDGET_EXCEEDED', 'jia', 'intent', lasting(evening), evening)
    write('jia', 'intent', lasting(evening + 1), evening + 1)
    write('jia', 'intent', lasting(evening + 1), evening + 1)
    // A clock that lags behind midnight gets no second budget.
    refuse('ERR_BUDGET_EXCEEDED', 'jia', 'intent', lasting(evening), evening)
  })

  test('budgets of a purpose and of an epoch', () => {
    const monitoring = consentOf({ purpose: 'monitoring' })
    const perDayByPurpose = [{ purpose: 'monitoring' as const, limit: 1 }]
    write('xiehui', 'budget', testBudget('jia', { perDayByPurpose, perEpoch: 2 }))
    write('jia', 'intent', ask(monitoring))
    expect(refuse('ERR_BUDGET_EXCEEDED', 'jia', 'intent', ask(monitoring)).details).toMatchObject({
      budget: 'day/monitoring',
    })
    const granting = consentOf()
    write('jia', 'intent', ask(granting))
    expect(refuse('ERR_BUDGET_EXCEEDED', 'jia', 'intent', ask(granting)).details).toMatchObject({
      budget: 'epoch/bing/B',
    })
    write('bing', 'table', consortium.table('bing', { epoch: 2 }))
    write('yi', 'table', consortium.table('yi', { epoch: 2 }))
    const asked = JIA_ASKS.map(table => ({ ...table, epoch: 2 }))
    write('jia', 'intent', consortium.intent(granting, asked))
    expect(state.registry.policy.budgets.uses('jia', today)).toMatchObject([
      { budget: 'day/monitoring', used: 1, limit: 1 },
      { budget: 'epoch/bing/B', used: 1, limit: 2 },
      { budget: 'epoch/yi/B', used: 1, limit: 2 },
    ])
    expect(state.registry.policy.budgets.uses('yi', today)).toEqual([])
  })

  test('a parameter set is used from when it is enabled until it is retired', () => {
    const parameters = 'sealedtable_r256_c1'
    const change = (status: 'enabled' | 'retired', from: number) => ({ parameters, status, from })
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'parameters', change('retired', TEST_NOW - 1))
    write('xiehui', 'parameters', change('retired', TEST_NOW + 10))
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'parameters', change('enabled', TEST_NOW + 10))
    write('xiehui', 'parameters', change('enabled', TEST_NOW + 20))
    const sets = state.registry.policy.parameters
    expect([9, 10, 19, 20].map(after => sets.isEnabled(parameters, TEST_NOW + after))).toEqual([
      true,
      false,
      false,
      true,
    ])
    const table = consortium.table('jia', { epoch: 2 })
    refuse('ERR_PARAMETER_RETIRED', 'jia', 'table', table, TEST_NOW + 10)
    write('jia', 'table', table, TEST_NOW + 20)
    write('xiehui', 'parameters', { parameters: 'next', status: 'enabled', from: TEST_NOW + 30 })
    expect([29, 30].map(after => sets.isEnabled('next', TEST_NOW + after))).toEqual([false, true])
  })

  test('a retired member is not asked and not heard until it is admitted again', () => {
    const consent = consentOf()
    write('xiehui', 'member', consortium.member('bing', { status: 'retired' }))
    refuse('ERR_LEDGER_AUTHOR', 'bing', 'consent', consortium.consent('bing'))
    refuse('ERR_EPOCH_STALE', 'jia', 'intent', ask(consent))
    write('xiehui', 'member', consortium.member('bing'))
    write('jia', 'intent', ask(consent))
    expect(state.registry.consent(consent.consentId)?.uses).toBe(1)
  })
})
