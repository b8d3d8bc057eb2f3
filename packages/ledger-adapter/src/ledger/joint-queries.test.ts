import { chinaDateOf } from '@mixun/core/domain'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { BUILT_IN_JOINT_RULES } from '../policy/joint-queries.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import { testBudget } from '../testing/test-rules.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import type { ConsentPayload, JointIntentPayload, JointTablePayload } from './payloads.ts'
import { LedgerState } from './state.ts'

const FIRMS = ['bing', 'ding', 'jia', 'wu', 'yi']

describe.each([intl, sm])('joint queries on the ledger, suite $id', suite => {
  let consortium: TestConsortium
  let state: LedgerState
  let views: LedgerState[]
  let index: number
  let tables: JointTablePayload[]
  let consent: ConsentPayload

  /** Takes an entry in at the association, and at the mirrors of jia, who asks, and yi, who is asked. */
  function take(entry: LedgerEntry): void {
    for (const view of views) view.apply(view.admit(entry), index)
    index++
  }
  const append = (...args: Parameters<TestConsortium['entry']>) => take(consortium.entry(...args))
  const expectRefusal = (
    code: Parameters<typeof expectCode>[0],
    ...args: Parameters<TestConsortium['entry']>
  ) => expectCode(code, () => state.admit(consortium.entry(...args)))
  const balance = () => views.map(view => view.balance('jia'))
  const query = (changes: Partial<JointIntentPayload> = {}, of = tables, by = consent) =>
    consortium.joint.intent(by, of, changes)

  beforeEach(() => {
    consortium = new TestConsortium(FIRMS, 'joint', suite)
    views = ['xiehui', 'jia', 'yi'].map(
      party => new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader(party)),
    )
    state = views[0] as LedgerState
    index = 0
    for (const entry of consortium.opening()) take(entry)
    append('xiehui', 'joint-rules', { ...BUILT_IN_JOINT_RULES, version: 2, minFirms: 3 })
    tables = FIRMS.map(firm => consortium.joint.table(firm))
    for (const table of tables) append(table.provider, 'joint-table', table)
    tables = tables.filter(({ provider }) => provider !== 'jia')
    consent = consortium.consent('jia', { datasets: ['overdue-fen'] })
    append('jia', 'consent', consent)
  })

  test('is recorded, opened with the receipts of all firms, and paid', () => {
    const intent = query()
    append('jia', 'joint-intent', intent)
    expect(balance().map(each => each.reserved)).toEqual([20, 20, 0])
    append('jia', 'joint-outcome', consortium.joint.outcome(intent))
    for (const view of views) expect(view.registry.policy.joint.intent(intent.intentId)?.state).toBe('opened')
    expect(balance().map(each => [each.reserved, each.spent])).toEqual([
      [0, 20],
      [0, 20],
      [0, 0],
    ])
    // Once open it never is void, and never opens again.
    const end = { provider: 'yi', by: 'association' as const }
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-outcome', consortium.joint.outcome(intent, end), TEST_NOW)
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-outcome', consortium.joint.outcome(intent))
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-intent', query())
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-intent', query({ output: 'count' }))
  })

  test('is asked of every firm, at its newest version, and of enough of them', () => {
    expectRefusal('ERR_INTENT_SELECTIVE', 'jia', 'joint-intent', query({}, tables.slice(1)))
    expectRefusal(
      'ERR_JOINT_VERSION',
      'jia',
      'joint-intent',
      query({}, [consortium.joint.table('bing'), ...tables.slice(1)]),
    )
    append('yi', 'joint-table', consortium.joint.table('yi', { version: 2 }))
    expectRefusal('ERR_JOINT_VERSION', 'jia', 'joint-intent', query())
    append('xiehui', 'joint-rules', { ...BUILT_IN_JOINT_RULES, version: 3 })
    const current = state.registry.policy.joint.tables('overdue-fen').filter(each => each.provider !== 'jia')
    expectRefusal('ERR_JOINT_FIRMS', 'jia', 'joint-intent', query({}, current))
  })

  test('lies within its consent, its budget and its price', () => {
    expectRefusal('ERR_POINTS_PRICE', 'jia', 'joint-intent', query({ price: 19 }))
    expectRefusal(
      'ERR_INTENT_LIFETIME',
      'jia',
      'joint-intent',
      query({ expiresAt: TEST_NOW + 13 * 3_600_000 }),
    )
    expectRefusal('ERR_CONSENT_SCOPE', 'jia', 'joint-intent', query({ purpose: 'monitoring' }))
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'joint-intent', query())
    const plain = consortium.consent('jia')
    append('jia', 'consent', plain)
    expectRefusal('ERR_CONSENT_SCOPE', 'jia', 'joint-intent', query({}, tables, plain))
    const once = consortium.consent('jia', { datasets: ['overdue-fen'], maxUses: 1 })
    append('jia', 'consent', once)
    append('jia', 'joint-intent', query({}, tables, once))
    expectRefusal('ERR_CONSENT_EXHAUSTED', 'jia', 'joint-intent', query({}, tables, once))
  })

  test('uses the budgets of other inquiries, and they use its own: of a purpose on a day, of a table while it is current', () => {
    append('jia', 'joint-intent', query())
    const limited = (limit: number, perEpoch: number | null) => {
      const perDayByPurpose = [{ purpose: 'credit-granting' as const, limit }]
      append('xiehui', 'budget', testBudget('jia', { perDayByPurpose, perEpoch }))
    }
    limited(1, null)
    const asked = tables.map(({ provider }) => ({ provider, class: 'B' as const, epoch: 1 }))
    const other = () => consortium.intent(consent, asked)
    const spent = { budget: 'day/credit-granting', used: 1, limit: 1 }
    expect(expectRefusal('ERR_BUDGET_EXCEEDED', 'jia', 'intent', other()).details).toEqual(spent)
    limited(2, null)
    append('jia', 'intent', other())
    const fresh = () => {
      const next = consortium.consent('jia', { datasets: ['overdue-fen'] })
      append('jia', 'consent', next)
      return query({}, tables, next)
    }
    expect(expectRefusal('ERR_BUDGET_EXCEEDED', 'jia', 'joint-intent', fresh()).details).toEqual({
      ...spent,
      used: 2,
      limit: 2,
    })
    limited(9, 1)
    const ofTable = { budget: 'epoch/bing/overdue-fen', used: 1, limit: 1 }
    expect(expectRefusal('ERR_BUDGET_EXCEEDED', 'jia', 'joint-intent', fresh()).details).toEqual(ofTable)
    expect(state.registry.policy.budgets.uses('jia', chinaDateOf(TEST_NOW))).toContainEqual({
      partyId: 'jia',
      ...ofTable,
      isAlarm: true,
    })
    // The next version is another table.
    tables = tables.map(({ provider }) => consortium.joint.table(provider, { version: 2 }))
    for (const table of tables) append(table.provider, 'joint-table', table)
    append('jia', 'joint-intent', fresh())
  })

  test('one firm missing: void by its word or the association’s, and asked once of the others', () => {
    const intent = query()
    append('jia', 'joint-intent', intent)
    // While it is open nothing else is asked of these tables.
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-intent', query())
    const early = { provider: 'yi', by: 'association' as const, at: TEST_NOW + 599_999 }
    expectRefusal(
      'ERR_LEDGER_OUTCOME_RECEIPT',
      'jia',
      'joint-outcome',
      consortium.joint.outcome(intent, early),
    )
    expectCode('ERR_JOINT_EARLY', () => {
      try {
        state.admit(consortium.entry('jia', 'joint-outcome', consortium.joint.outcome(intent, early)))
      } catch (error) {
        throw (error as Error).cause
      }
    })
    append('jia', 'joint-outcome', consortium.joint.outcome(intent, { provider: 'yi', by: 'association' }))
    expect(balance().map(each => [each.reserved, each.spent])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    // Never opened afterwards, even with all receipts at hand.
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-outcome', consortium.joint.outcome(intent))
    const others = tables.filter(({ provider }) => provider !== 'yi')
    expectRefusal('ERR_INTENT_SELECTIVE', 'jia', 'joint-intent', query({}, others))
    const { intentId: replaces } = intent
    expectRefusal(
      'ERR_INTENT_SELECTIVE',
      'jia',
      'joint-intent',
      query(
        { replaces },
        tables.filter(({ provider }) => provider !== 'bing'),
      ),
    )
    const other = consortium.consent('jia', { datasets: ['overdue-fen'] })
    append('jia', 'consent', other)
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-intent', query({ replaces }, others, other))
    const again = query({ replaces }, others)
    append('jia', 'joint-intent', again)
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-intent', query({ replaces }, others))
    append('jia', 'joint-outcome', consortium.joint.outcome(again))
    expect(state.registry.policy.joint.intent(again.intentId)?.state).toBe('opened')
  })

  test('an outcome needs the receipts of its own firms, for its own query, in time', () => {
    const intent = query()
    append('jia', 'joint-intent', intent)
    const outcome = consortium.joint.outcome(intent)
    expectRefusal('ERR_LEDGER_OUTCOME_RECEIPT', 'jia', 'joint-outcome', {
      ...outcome,
      ready: outcome.ready.slice(1),
    })
    expectRefusal('ERR_LEDGER_OUTCOME_RECEIPT', 'jia', 'joint-outcome', {
      ...outcome,
      ready: consortium.joint.outcome(query()).ready,
    })
    expectRefusal('ERR_LEDGER_OUTCOME_FOREIGN', 'jia', 'joint-outcome', {
      ...outcome,
      providers: outcome.providers.slice(1),
    })
    expectRefusal('ERR_LEDGER_OUTCOME_FOREIGN', 'yi', 'joint-outcome', outcome)
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-outcome', outcome, TEST_NOW + 60_001)
    const refusal = consortium.joint.outcome(intent, { provider: 'yi', by: 'provider' })
    const forged = { ...refusal, missing: refusal.missing && { ...refusal.missing, provider: 'bing' } }
    expectRefusal('ERR_LEDGER_OUTCOME_RECEIPT', 'jia', 'joint-outcome', forged)
    append('jia', 'joint-outcome', refusal)
  })

  test('dates do not let two queries of a consent open that ask the same table', () => {
    const first = query()
    append('jia', 'joint-intent', first)
    // Dated a moment after the first one expires, which is still opened by an earlier date.
    const after = first.expiresAt + 1
    const second = query({ expiresAt: after + 60_000 })
    append('jia', 'joint-intent', second, after)
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-outcome', consortium.joint.outcome(first))
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-outcome', consortium.joint.outcome(second))
    append('jia', 'joint-outcome', consortium.joint.outcome(second), after)
    expectRefusal('ERR_JOINT_OPENED', 'jia', 'joint-outcome', consortium.joint.outcome(first))
  })

  test('nor more of them open than the consent has uses', () => {
    const once = consortium.consent('jia', { datasets: ['overdue-fen'], maxUses: 1 })
    append('jia', 'consent', once)
    const first = query({}, tables, once)
    append('jia', 'joint-intent', first)
    const newer = tables.map(({ provider }) => consortium.joint.table(provider, { version: 2 }))
    for (const table of newer) append(table.provider, 'joint-table', table)
    const after = first.expiresAt + 1
    append('jia', 'joint-intent', query({ expiresAt: after + 60_000 }, newer, once), after)
    expectRefusal('ERR_CONSENT_EXHAUSTED', 'jia', 'joint-outcome', consortium.joint.outcome(first))
  })

  test('keys that change in between: masks stay under those of the intent, and an old signature counts', () => {
    const intent = query()
    append('jia', 'joint-intent', intent)
    const keys = () => {
      const recorded = state.registry.policy.joint.intent(intent.intentId)
      return ['bing', 'ding'].map(party => state.registry.encryptionKeyAt(party, recorded?.index ?? 0))
    }
    const before = keys()
    expect(before).toEqual(['bing', 'ding'].map(party => state.registry.member(party)?.encryptionKey))
    const outcome = consortium.joint.outcome(intent)
    for (const party of ['bing', 'ding']) take(consortium.rotate(party, 'sealing'))
    expect(keys()).toEqual(before)
    expect(state.registry.member('bing')?.encryptionKey).not.toEqual(before[0])
    take(consortium.rotate('yi', 'signing'))
    append('jia', 'joint-outcome', outcome)
    expect(state.registry.policy.joint.intent(intent.intentId)?.state).toBe('opened')
    // A key that was gone before the intent signs nothing of it.
    const fresh = consortium.consent('jia', { datasets: ['overdue-fen'] })
    append('jia', 'consent', fresh)
    const next = query({}, tables, fresh)
    const stale = consortium.joint.outcome(next)
    take(consortium.rotate('yi', 'signing'))
    append('jia', 'joint-intent', next)
    expectRefusal('ERR_LEDGER_OUTCOME_RECEIPT', 'jia', 'joint-outcome', stale)
  })

  test('a withdrawn consent ends what is open under it', () => {
    const intent = query()
    append('jia', 'joint-intent', intent)
    const withdrawal = { consentId: consent.consentId, reason: 'subject-withdrew' as const }
    expectRefusal('ERR_LEDGER_ENDED', 'jia', 'consent-withdrawn', { ...withdrawal, intents: [] })
    append('jia', 'consent-withdrawn', { ...withdrawal, intents: [intent.intentId] })
    for (const view of views) expect(view.registry.intentEndedAt(intent.intentId)).toBe(index - 1)
    expectRefusal('ERR_JOINT_ENDED', 'jia', 'joint-outcome', consortium.joint.outcome(intent))
  })

  test('tables are numbered by their provider, under fresh keys, and rules by the association', () => {
    expectRefusal(
      'ERR_LEDGER_TABLE_VERSION',
      'yi',
      'joint-table',
      consortium.joint.table('yi', { version: 3 }),
    )
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'joint-table', consortium.joint.table('yi', { version: 2 }))
    expectRefusal('ERR_LEDGER_AUTHOR', 'xiehui', 'joint-table', consortium.joint.table('xiehui'))
    const { publicKey } = tables[0] as JointTablePayload
    expectRefusal(
      'ERR_LEDGER_TABLE_EXISTS',
      'yi',
      'joint-table',
      consortium.joint.table('yi', { version: 2, publicKey }),
    )
    const bad = { version: 2, commitment: consortium.bytes(32) }
    expectRefusal('ERR_VERIFY_KEY_POSSESSION', 'yi', 'joint-table', consortium.joint.table('yi', bad))
    const rules = { ...BUILT_IN_JOINT_RULES, version: 3 }
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'joint-rules', rules)
    expectRefusal('ERR_DECODE_SCHEMA', 'xiehui', 'joint-rules', { ...rules, minFirms: 2 })
  })
})
