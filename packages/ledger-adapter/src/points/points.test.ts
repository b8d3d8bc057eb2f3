import { toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { intl, type Suite, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { assert, array, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEntry, signEntry } from '../ledger/entry.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { TableName } from '../ledger/payloads/fields.ts'
import type { OutcomeResult } from '../ledger/payloads/inquiries.ts'
import type { IntentBoughtPayload, IntentPayload } from '../ledger/payloads.ts'
import { LedgerState } from '../ledger/state.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { pointsEvents } from './events.ts'
import { applyPointsEvent, foldBalance, type PointsEvent, ZERO_BALANCE } from './journal.ts'
import { contribution, queryPrice } from './rules.ts'

const FIRMS = ['bing', 'jia', 'yi'] as const
const STATUSES = ['evaluated', 'refused', 'refused-unsigned', 'timed-out', 'failed'] as const

/** One random step of a consortium's life: who acts, what it does, how the asked parties answer. */
const step = record({
  firm: constantFrom(...FIRMS),
  action: constantFrom(
    'table',
    'grant',
    'intent',
    'intent',
    'outcome',
    'outcome',
    'buy',
    'fill',
    'return',
    'again',
  ),
  amount: integer({ min: 1, max: 5_000 }),
  statuses: array(constantFrom(...STATUSES), { minLength: 2, maxLength: 2 }),
})
type Step = {
  firm: (typeof FIRMS)[number]
  action: string
  amount: number
  statuses: (typeof STATUSES)[number][]
}

async function live(
  suite: Suite,
  steps: readonly Step[],
): Promise<{ ledger: SqliteLedger; paid: Map<string, number> }> {
  const consortium = new TestConsortium(FIRMS, undefined, suite)
  const ledger = openTestLedger(consortium)
  const { now } = consortium
  let entries: LedgerEntry[] = consortium.opening()
  await ledger.appendMany(entries)
  const consents = new Map(FIRMS.map(firm => [firm, consortium.consent(firm, { maxUses: 1000 })]))
  for (const [firm, consent] of consents) await ledger.append(consortium.entry(firm, 'consent', consent))
  const open: IntentPayload[] = []
  const held: IntentBoughtPayload[] = []
  const paid = new Map<string, number>(FIRMS.map(firm => [firm, 0]))
  const spend = (firm: string, amount: number) => paid.set(firm, (paid.get(firm) ?? 0) + amount)
  const askedBy = (firm: string): TableName[] =>
    FIRMS.filter(other => other !== firm).map(provider => ({
      provider,
      class: 'B',
      epoch: ledger.registry.currentTable(provider, 'B')?.epoch ?? 0,
    }))
  for (const { firm, action, amount, statuses } of steps) {
    let settles: IntentPayload | undefined
    if (action === 'table') {
      const epoch = (ledger.registry.currentTable(firm, 'B')?.epoch ?? 0) + 1
      entries = [consortium.entry(firm, 'table', consortium.table(firm, { epoch, rowCount: amount }))]
    } else if (action === 'grant') {
      entries = [consortium.entry('xiehui', 'points-grant', { partyId: firm, amount, reason: 'drill' })]
    } else if (action === 'intent') {
      const intent = consortium.intent(consents.get(firm) as never, askedBy(firm))
      entries = [consortium.entry(firm, 'intent', intent)]
      open.push(intent)
    } else if (action === 'buy') {
      const bought = consortium.bought(firm, askedBy(firm), { expiresAt: now() - 1 })
      entries = [consortium.entry(firm, 'intent-bought', bought, now() - 60_000)]
      held.push(bought)
    } else if (action === 'fill' || action === 'return') {
      const bought = held.shift()
      if (bought === undefined) continue
      const { intentId, inquirer, asked, expiresAt } = bought
      const intent = consortium.intent(consents.get(inquirer as never) as never, asked, {
        intentId,
        expiresAt,
        isBought: true,
      })
      entries =
        action === 'fill'
          ? [consortium.entry(inquirer, 'intent', intent, now() - 30_000)]
          : [consortium.entry(inquirer, 'intent-returned', { intentId })]
      if (action === 'fill') open.push(intent)
    } else if (action === 'outcome') {
      settles = open.shift()
      if (settles === undefined) continue
      entries = [consortium.entry(settles.inquirer, 'outcome', consortium.outcome(settles, statuses))]
    }
    const results = await ledger.appendMany(entries)
    for (const result of results) {
      if (result.status === 'rejected' && !(result.reason instanceof MixunError)) throw result.reason
    }
    if (settles !== undefined && results[0]?.status === 'fulfilled') {
      const kept = statuses.filter(status => status !== 'refused').length
      spend(settles.inquirer, kept * TEST_RULES.queryPrice.B)
    }
  }
  return { ledger, paid }
}

describe.each([intl, sm])('points in suite $id', suite => {
  test('nothing is lost, made from nothing or counted twice, whatever happens in whatever order', async () => {
    const lives: Step[][] = []
    assert(
      property(array(step, { maxLength: 60 }), steps => {
        lives.push(steps as Step[])
      }),
      { numRuns: 25 },
    )
    let settled = 0
    for (const steps of lives) {
      const { ledger, paid } = await live(suite, steps)
      const events = ledger.pointsEvents()
      expect(ledger.recomputePoints().events).toBe(events.length)
      expect(new Set(events.map(event => event.id)).size).toBe(events.length)
      for (const firm of FIRMS) {
        const balance = await ledger.balance(firm)
        expect(balance).toEqual(foldBalance(events, firm))
        expect(balance.available + balance.reserved + balance.spent).toBe(balance.earned)
        expect(balance.spent).toBe(paid.get(firm))
        const sum = (kind: string) =>
          ledger
            .pointsEvents(firm)
            .reduce((total, event) => total + (event.kind === kind ? event.amount : 0), 0)
        expect(balance.earned).toBe(sum('grant') + sum('contribution'))
        expect(balance.reserved).toBe(sum('reserve') - sum('settle') - sum('refund'))
        settled += balance.spent
      }
      ledger.verify()
      await ledger.close()
    }
    expect(settled).toBeGreaterThan(0)
  })

  test('events carry kind, party, amount and the entry that caused them', () => {
    const consortium = new TestConsortium(undefined, undefined, suite)
    const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
    const events = consortium.opening().flatMap((entry, index) => {
      const admitted = state.admit(entry)
      state.apply(admitted, index)
      return admitted.events.map(event => ({ ...event, own: event.reference === toHex(entry.id) }))
    })
    expect(events.map(({ party, kind, amount, own }) => ({ party, kind, amount, own }))).toEqual([
      ...['bing', 'jia', 'yi'].map(party => ({ party, kind: 'grant', amount: 100, own: true })),
      ...['bing', 'jia', 'yi'].map(party => ({ party, kind: 'contribution', amount: 10, own: true })),
    ])
  })

  test('a provider is credited for a class once a period, however often it publishes', () => {
    const rules = { ...TEST_RULES, contributionPeriodDays: 7 }
    const consortium = new TestConsortium(undefined, undefined, suite)
    const day = 86_400_000
    const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const last = state.lastContributionAt('yi', 'B') as number
    const creditAt = (createdAt: number, recordClass: 'B' | 'C' = 'B') => {
      const payload = consortium.table('yi', { class: recordClass, epoch: 2 })
      const signed = signEntry(consortium.identity('yi'), consortium.anchor, 'table', payload, {
        now: () => createdAt,
      })
      return pointsEvents(rules, state, readEntry(signed)).map(event => event.kind)
    }
    expect(creditAt(last + 7 * day - 1)).toEqual([])
    expect(creditAt(last + 7 * day)).toEqual(['contribution'])
    expect(creditAt(last + 1, 'C')).toEqual(['contribution'])
    const delta = consortium.sign(
      'yi',
      'table',
      consortium.table('yi', { epoch: 2, version: 1 }),
      last + 7 * day,
    )
    expect(pointsEvents(rules, state, readEntry(delta))).toEqual([])
  })

  test('an intent names the price of the rules, and has it; an outcome needs its intent', () => {
    const consortium = new TestConsortium(undefined, undefined, suite)
    const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const intent = consortium.intent(consortium.consent('jia'), [{ provider: 'yi', class: 'B', epoch: 1 }])
    const entryOf = (payload: IntentPayload) => readEntry(consortium.sign('jia', 'intent', payload))
    for (const price of [2, 4]) {
      const wrong = entryOf({ ...intent, price })
      const error = expectCode('ERR_POINTS_PRICE', () => pointsEvents(TEST_RULES, state, wrong))
      expect(error.details).toEqual({ required: 3 })
    }
    const lastContributionAt = () => undefined
    const poor = {
      registry: state.registry,
      lastContributionAt,
      balance: () => ({ ...ZERO_BALANCE, available: 2 }),
    }
    const error = expectCode('ERR_POINTS_INSUFFICIENT', () => pointsEvents(TEST_RULES, poor, entryOf(intent)))
    expect(error.details).toEqual({ required: 3, available: 2 })
    const exact = {
      registry: state.registry,
      lastContributionAt,
      balance: () => ({ ...ZERO_BALANCE, available: 3 }),
    }
    expect(pointsEvents(TEST_RULES, exact, entryOf(intent))).toMatchObject([{ kind: 'reserve', amount: 3 }])
    const outcome = readEntry(consortium.sign('jia', 'outcome', consortium.outcome(intent, ['failed'])))
    expectCode('ERR_LEDGER_OUTCOME_FOREIGN', () => pointsEvents(TEST_RULES, state, outcome))
  })

  test('only a refusal whose code does not blame the inquirer pays back', () => {
    const consortium = new TestConsortium(undefined, undefined, suite)
    const state = new LedgerState(consortium.anchor, consortium.verifiers)
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const consent = consortium.consent('jia')
    const intent = consortium.intent(consent, [{ provider: 'yi', class: 'B', epoch: 1 }])
    const recorded = { intent, index: 0, outcomeIndex: null }
    const view = {
      registry: Object.assign(Object.create(state.registry), {
        intent: () => recorded,
      }) as typeof state.registry,
      lastContributionAt: () => undefined,
      balance: () => ZERO_BALANCE,
    }
    const [result] = consortium.outcome(intent, ['refused']).results
    const eventsOf = (changes: Partial<OutcomeResult>) =>
      pointsEvents(
        TEST_RULES,
        view,
        readEntry(
          consortium.sign('jia', 'outcome', {
            intentId: intent.intentId,
            results: [{ ...(result as OutcomeResult), ...changes }],
          }),
        ),
      ).map(event => event.kind)
    for (const code of ['ERR_EPOCH_STALE', 'ERR_INTERNAL', 'ERR_LIMIT_SESSIONS'] as const) {
      expect(eventsOf({ code })).toEqual(['refund'])
      expect(eventsOf({ code, receipt: null, receiptSignature: null })).toEqual(['settle'])
      expect(eventsOf({ code, status: 'failed' })).toEqual(['settle'])
    }
    for (const code of ['ERR_RECEIPT_FOREIGN', 'ERR_VERIFY_BLINDING', 'ERR_INTENT_REPLAYED'] as const) {
      expect(eventsOf({ code })).toEqual(['settle'])
    }
  })

  test('a member is granted points on admission, not on every change', () => {
    const consortium = new TestConsortium(undefined, undefined, suite)
    const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const change = consortium.entry('xiehui', 'member', consortium.member('jia', { name: 'renamed' }))
    expect(state.admit(change).events).toEqual([])
  })

  test('prices and contributions follow the rules', () => {
    expect(queryPrice(TEST_RULES, [{ class: 'A' }, { class: 'B' }, { class: 'B' }, { class: 'C' }])).toBe(12)
    expect([0, 1, 1000, 1001].map(rows => contribution(TEST_RULES, 'C', rows))).toEqual([0, 20, 20, 40])
  })

  test('an event that would overdraw is refused by the fold', () => {
    const event: PointsEvent = {
      id: 'x/reserve',
      at: 0,
      party: 'jia',
      kind: 'reserve',
      amount: 1,
      reference: 'x',
    }
    for (const kind of ['reserve', 'settle', 'refund'] as const) {
      expectCode('ERR_INPUT_RANGE', () => applyPointsEvent(ZERO_BALANCE, { ...event, kind }))
    }
    expectCode('ERR_INPUT_RANGE', () =>
      applyPointsEvent(ZERO_BALANCE, { ...event, kind: 'grant', amount: 0 }),
    )
    expect(foldBalance([], 'jia')).toEqual(ZERO_BALANCE)
  })
})
