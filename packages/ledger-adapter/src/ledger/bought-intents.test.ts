import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TEST_NOW, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import { signBoughtReceipt } from './bought-receipt.ts'
import {
  encodeBoughtReference,
  filledIn,
  isBoughtReference,
  verifyBoughtReference,
} from './bought-reference.ts'
import { checkClock } from './clock.ts'
import { readEntry } from './entry.ts'
import type { TableName } from './payloads/fields.ts'
import type { ConsentPayload, IntentBoughtPayload, Payloads } from './payloads.ts'
import type { LedgerState } from './state.ts'

const HOUR_MS = 3_600_000

describe.each([intl, sm])('intents bought in advance, suite $id', suite => {
  let consortium: TestConsortium
  let state: LedgerState
  let write: TestFold['write']
  let refuse: TestFold['refuse']
  let size: TestFold['size']
  let consent: ConsentPayload

  beforeEach(() => {
    consortium = new TestConsortium(undefined, undefined, suite)
    ;({ state, write, refuse, size } = testFold(consortium))
    consent = consortium.consent('jia')
    write('jia', 'consent', consent)
  })

  const fillIn = (bought: IntentBoughtPayload, changes: Partial<Payloads['intent']> = {}) =>
    consortium.intent(consent, bought.asked, {
      intentId: bought.intentId,
      expiresAt: TEST_NOW + 60_000,
      isBought: true,
      ...changes,
    })

  test('reserves its price, is filled in when its tables are long gone, and settles as any other', () => {
    const bought = consortium.bought('jia', JIA_ASKS)
    const before = state.balance('jia')
    write('jia', 'intent-bought', bought)
    expect(state.balance('jia')).toMatchObject({ available: before.available - 6, reserved: 6 })
    write('yi', 'table', consortium.table('yi', { epoch: 2 }))
    const intent = fillIn(bought)
    write('jia', 'intent', intent)
    expect(state.balance('jia').reserved).toBe(6)
    expect(state.registry.purchase(bought.intentId)?.closedIndex).toBe(size() - 1)
    expect(state.registry.consent(consent.consentId)?.uses).toBe(1)
    write('jia', 'outcome', consortium.outcome(intent, ['evaluated', 'refused']))
    expect(state.balance('jia')).toMatchObject({ reserved: 0, spent: 3, available: before.available - 3 })
  })

  test('is filled in once, and nothing else under its id: ERR_INTENT_USED, ERR_LEDGER_INTENT_EXISTS', () => {
    const bought = consortium.bought('jia', JIA_ASKS)
    refuse('ERR_INTENT_FILL_IN', 'jia', 'intent', fillIn(bought))
    write('jia', 'intent-bought', bought)
    refuse('ERR_LEDGER_INTENT_EXISTS', 'jia', 'intent', fillIn(bought, { isBought: false }))
    refuse('ERR_LEDGER_INTENT_EXISTS', 'yi', 'intent-bought', { ...bought, inquirer: 'yi' })
    write('jia', 'intent', fillIn(bought))
    refuse('ERR_LEDGER_INTENT_EXISTS', 'jia', 'intent', fillIn(bought))
    const returned = { intentId: bought.intentId }
    refuse('ERR_INTENT_USED', 'jia', 'intent-returned', returned, TEST_NOW + 2 * HOUR_MS)
    const unused = consortium.bought('jia', JIA_ASKS)
    write('jia', 'intent-bought', unused)
    write('jia', 'intent-returned', { intentId: unused.intentId }, TEST_NOW + 2 * HOUR_MS)
    refuse('ERR_INTENT_USED', 'jia', 'intent', fillIn(unused))
    expect(state.registry.purchase(unused.intentId)?.closedIndex).toBe(size() - 1)
  })

  test('the fill-in stays within what was bought: ERR_INTENT_FILL_IN', () => {
    const bought = consortium.bought('jia', JIA_ASKS)
    write('jia', 'intent-bought', bought, TEST_NOW + 1)
    const wide = { asked: [{ provider: 'yi', class: 'B' as const, epoch: 1 }] }
    for (const changes of [
      { expiresAt: bought.expiresAt + 1 },
      { ...wide, price: 3 },
      { asked: JIA_ASKS.map(table => ({ ...table, epoch: 2 })) },
    ]) {
      refuse('ERR_INTENT_FILL_IN', 'jia', 'intent', fillIn(bought, changes), TEST_NOW + 2)
    }
    // Used before it was bought.
    refuse('ERR_INTENT_FILL_IN', 'jia', 'intent', fillIn(bought), TEST_NOW)
    refuse('ERR_CONSENT_SCOPE', 'jia', 'intent', fillIn(bought, { purpose: 'monitoring' }), TEST_NOW + 2)
    refuse('ERR_POINTS_PRICE', 'jia', 'intent', fillIn(bought, { price: 5 }), TEST_NOW + 2)
    write('jia', 'intent', fillIn(bought), TEST_NOW + 2)
    expect(state.registry.intent(bought.intentId)).toBeDefined()
  })

  test('few are open at once, and they last hours: ERR_INTENT_LIMIT', () => {
    const long = { expiresAt: TEST_NOW + 12 * HOUR_MS + 1 }
    refuse('ERR_INTENT_LIMIT', 'jia', 'intent-bought', consortium.bought('jia', JIA_ASKS, long))
    refuse(
      'ERR_INTENT_LIMIT',
      'jia',
      'intent-bought',
      consortium.bought('jia', JIA_ASKS, { expiresAt: TEST_NOW }),
    )
    refuse('ERR_INTENT_SELECTIVE', 'jia', 'intent-bought', {
      ...consortium.bought('jia', JIA_ASKS.slice(1)),
    })
    refuse('ERR_POINTS_PRICE', 'jia', 'intent-bought', consortium.bought('jia', JIA_ASKS, { price: 5 }))
    refuse('ERR_LEDGER_AUTHOR', 'yi', 'intent-bought', consortium.bought('jia', JIA_ASKS))
    const three = [1, 2, 3].map(() => consortium.bought('jia', JIA_ASKS))
    for (const bought of three) write('jia', 'intent-bought', bought)
    const fourth = consortium.bought('jia', JIA_ASKS, { expiresAt: TEST_NOW + 3 * HOUR_MS })
    const error = refuse('ERR_INTENT_LIMIT', 'jia', 'intent-bought', fourth)
    expect(error.details).toEqual({ open: 3, hours: 12, held: 3 })
    // One that expired is held until it is filled in or given back: it may have been used.
    const later = TEST_NOW + 2 * HOUR_MS
    refuse('ERR_INTENT_LIMIT', 'jia', 'intent-bought', fourth, later)
    write('jia', 'intent', fillIn(three[0] as IntentBoughtPayload))
    write('jia', 'intent-bought', fourth, later)
    refuse('ERR_INTENT_LIMIT', 'jia', 'intent-bought', consortium.bought('jia', JIA_ASKS), TEST_NOW + 1)
    write('jia', 'intent-returned', { intentId: (three[1] as IntentBoughtPayload).intentId }, later)
    write('jia', 'intent-bought', consortium.bought('jia', JIA_ASKS, { expiresAt: later + 1 }), later)
  })

  test('what expired unused is given back by its buyer, once', () => {
    const bought = consortium.bought('jia', JIA_ASKS)
    const before = state.balance('jia')
    write('jia', 'intent-bought', bought)
    const payload = { intentId: bought.intentId }
    refuse('ERR_INTENT_FILL_IN', 'jia', 'intent-returned', payload, bought.expiresAt)
    refuse('ERR_INTENT_FILL_IN', 'yi', 'intent-returned', payload, bought.expiresAt + 1)
    write('jia', 'intent-returned', payload, bought.expiresAt + 1)
    expect(state.balance('jia')).toEqual(before)
    refuse('ERR_INTENT_USED', 'jia', 'intent-returned', payload, bought.expiresAt + 2)
  })

  test('a fill-in is dated by its use, three days back at most: ERR_LEDGER_CLOCK', () => {
    const entry = readEntry(consortium.sign('jia', 'intent', fillIn(consortium.bought('jia', JIA_ASKS))))
    checkClock(entry, TEST_NOW + 72 * HOUR_MS)
    expectCode('ERR_LEDGER_CLOCK', () => checkClock(entry, TEST_NOW + 72 * HOUR_MS + 1))
    expectCode('ERR_LEDGER_CLOCK', () => checkClock(entry, TEST_NOW - 120_001))
    const ordinary = readEntry(consortium.sign('jia', 'intent', consortium.intent(consent, JIA_ASKS)))
    expectCode('ERR_LEDGER_CLOCK', () => checkClock(ordinary, TEST_NOW + 120_001))
  })

  test('a reference is good with both signatures, within the purchase', () => {
    const bought = consortium.bought('jia', JIA_ASKS)
    const place = { entryId: consortium.bytes(16), index: 3, leafHash: consortium.bytes(32), sequencedAt: 5 }
    const { price: _price, ...rest } = bought
    const sign = (changes: object = {}) =>
      signBoughtReceipt(consortium.anchor, consortium.association.signingKey, {
        ...rest,
        ...place,
        ...changes,
      })
    const payload = filledIn(bought, TEST_RULES, fillIn(bought))
    const entry = consortium.sign('jia', 'intent', payload)
    const keyOf = (party: string) => consortium.identity(party).signingKey.publicKey
    const read = (bytes: Uint8Array, keys = keyOf) =>
      verifyBoughtReference(consortium.anchor, TEST_RULES, keys, bytes)
    const reference = encodeBoughtReference(sign(), entry)
    expect(isBoughtReference(reference)).toBe(true)
    const { receipt, fillIn: found } = read(reference)
    expect(found).toEqual(entry)
    expect(receipt).toMatchObject({ intentId: bought.intentId, element: payload.element, index: 3 })
    for (const changes of [{ inquirer: 'yi' }, { purpose: 'monitoring' }, { intentId: new Uint8Array(16) }]) {
      expectCode('ERR_VERIFY_SIGNATURE', () => read(encodeBoughtReference(sign(changes), entry)))
    }
    expectCode('ERR_VERIFY_SIGNATURE', () => read(reference, () => keyOf('yi')))
    const narrow = encodeBoughtReference(sign({ expiresAt: TEST_NOW + 59_999 }), entry)
    expectCode('ERR_INTENT_FILL_IN', () => read(narrow))
    const classC = encodeBoughtReference(sign({ classes: ['C'] }), entry)
    expectCode('ERR_INTENT_FILL_IN', () => read(classC))
  })

  test('a ledger file keeps them, and finds what was changed in them', async () => {
    const ledger = openTestLedger(consortium)
    await ledger.appendMany(consortium.opening())
    await ledger.append(consortium.entry('jia', 'consent', consent))
    await ledger.append(consortium.entry('yi', 'table', consortium.table('yi', { class: 'C' })))
    const both: TableName[] = [...JIA_ASKS, { provider: 'yi', class: 'C', epoch: 1 }]
    const wide = consortium.bought('jia', both, { classes: ['B', 'C'] })
    await ledger.append(consortium.entry('jia', 'intent-bought', wide))
    const before = await ledger.balance('jia')
    expect(before.reserved).toBe(11)
    // What is not asked of it comes back at once.
    const narrow = consortium.intent(consent, JIA_ASKS, { intentId: wide.intentId, isBought: true })
    await ledger.append(consortium.entry('jia', 'intent', narrow))
    expect(await ledger.balance('jia')).toMatchObject({ available: before.available + 5, reserved: 6 })
    await ledger.append(
      consortium.entry('jia', 'outcome', consortium.outcome(narrow, ['evaluated', 'evaluated'])),
    )
    const [used, kept] = [consortium.bought('jia', JIA_ASKS), consortium.bought('jia', JIA_ASKS)]
    const { intentReceipt } = await ledger.append(consortium.entry('jia', 'intent-bought', used))
    expect(intentReceipt?.[0]).toBe(2)
    await ledger.append(consortium.entry('jia', 'intent-bought', kept))
    const intent = fillIn(used)
    await ledger.append(consortium.entry('jia', 'intent', intent))
    await ledger.append(
      consortium.entry('jia', 'outcome', consortium.outcome(intent, ['evaluated', 'evaluated'])),
    )
    expect(ledger.registry.openPurchases('jia', TEST_NOW)).toBe(1)
    expect(ledger.recomputePoints().events).toBe(ledger.pointsEvents().length)
    ledger.verify()
    expect((await ledger.balance('jia')).reserved).toBe(6)
    await ledger.close()
  })
})
