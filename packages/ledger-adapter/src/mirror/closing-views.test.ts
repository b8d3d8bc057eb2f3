import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { parseIsoDate } from '@mixun/core/domain'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ClosingOpening, closeEpoch, verifyClosingOpening } from '../points/closing.ts'
import { reportingPenalties } from '../points/events.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { testCalendar } from '../testing/test-rules.ts'
import type { LedgerMirror } from './ledger-mirror.ts'
import { withFalseEntry } from './test-false-entries.ts'

/** 2026-08-10: the reports of July are due. */
const IN_AUGUST = TEST_NOW + 41 * 86_400_000
const FIRMS = ['bing', 'ding', 'jia', 'regulator', 'yi']
/** All that jia asks for class B. */
const ASKED = ['bing', 'yi'].map(provider => ({ provider, class: 'B' as const, epoch: 1 }))

describe.each([intl, sm])('a closing of July, after an inquiry with a refund, in suite $id', suite => {
  let consortium: TestConsortium
  let ledger: SqliteLedger
  let folder: string
  let open: LedgerMirror[]
  let clock: number
  let openings: ClosingOpening[]

  const mirrorOf = (party: string, snapshotEntries = 1_000) => {
    const reader = party === 'nobody' ? null : party
    const mirror = openTestMirror(consortium, reader, { file: join(folder, `${party}.db`), snapshotEntries })
    open.push(mirror)
    return mirror
  }

  /** A closing as it should be, or as `change` has its balances. */
  const closingEntry = (change: (balances: Map<string, number>) => void = () => {}) =>
    ledger.appendNext(state => {
      const penalties = reportingPenalties(TEST_RULES, state, {
        period: '2026-07',
        at: clock,
        reference: '',
      })
      const balances = state.closingBalances(penalties)
      change(balances)
      const blindings = (period: string, party: string) => suite.hash(utf8(`${period}/${party}`))
      const closed = closeEpoch(suite.id, '2026-07', balances, blindings)
      openings = closed.openings
      return consortium.sign('xiehui', 'points-closed', closed.payload, clock)
    })
  const openingOf = (party: string) => openings.find(({ partyId }) => partyId === party) as ClosingOpening

  beforeEach(async () => {
    consortium = new TestConsortium(FIRMS, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-closings-'))
    open = []
    clock = TEST_NOW
    ledger = openTestLedger(consortium, { now: () => clock })
    const isShared = (kind: string, author: string) => kind !== 'table' || ['bing', 'yi'].includes(author)
    await ledger.appendMany(consortium.opening().filter(({ kind, author }) => isShared(kind, author)))
    const consent = consortium.consent('jia')
    const [intent, second] = [consortium.intent(consent, ASKED), consortium.intent(consent, ASKED)]
    await ledger.append(consortium.entry('jia', 'consent', consent))
    await ledger.append(consortium.entry('jia', 'intent', intent))
    const outcome = consortium.outcome(intent, ['evaluated', 'refused'])
    await ledger.append(consortium.entry('jia', 'outcome', outcome))
    await ledger.append(consortium.entry('jia', 'intent', second))
    // So that nobody but association and regulator has read everything.
    await ledger.append(consortium.entry('ding', 'consent', consortium.consent('ding')))
    const calendar = testCalendar({ from: parseIsoDate('2026-07-30') })
    await ledger.append(consortium.entry('xiehui', 'calendar', calendar))
    clock = Date.parse('2026-07-31T01:00:00Z')
    const day = parseIsoDate('2026-07-30')
    for (const firm of ['ding', 'jia', 'yi']) {
      await ledger.append(consortium.entry(firm, 'reporting-day', { day, hasLate: true }, clock))
    }
    clock = IN_AUGUST
  })

  afterEach(async () => {
    for (const mirror of open) mirror.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  test.each([
    { party: 'regulator', known: ['bing', 'ding', 'jia', 'yi'] },
    { party: 'jia', known: ['jia'] },
    { party: 'yi', known: ['yi'] },
    { party: 'ding', known: ['ding'] },
    { party: 'nobody', known: [] },
  ])('comes out the same for $party live, opened anew, verified and recomputed', async ({ party, known }) => {
    const { receipt } = await closingEntry()
    ledger.verify()
    expect(ledger.recomputePoints().events).toBe(ledger.pointsEvents().length)
    const live = mirrorOf(party, 4)
    await live.sync(ledger)
    const journal = live.pointsEvents()
    live.close()
    const mirror = mirrorOf(party, 4)
    mirror.verify()
    expect(mirror.recomputePoints().events).toBe(journal.length)
    expect(mirror.pointsEvents()).toEqual(journal)
    const closing = mirror.registry.lastClosing
    if (closing === null) throw new Error('expected a closing')
    expect(closing).toEqual(ledger.registry.lastClosing)
    const fined = journal.filter(({ kind }) => kind === 'penalty').map(event => event.party)
    expect(fined.toSorted()).toEqual(known)
    for (const firm of ['bing', 'ding', 'jia', 'yi']) {
      if (!known.includes(firm)) {
        expectCode('ERR_LEDGER_SEALED', () => mirror.heldAt(firm, receipt.index))
        continue
      }
      expect(mirror.pointsEvents(firm)).toEqual(ledger.pointsEvents(firm))
      expect(mirror.balance(firm)).toEqual(await ledger.balance(firm))
      const held = mirror.heldAt(firm, receipt.index)
      expect(held).toBe(openingOf(firm).balance)
      verifyClosingOpening(suite.id, closing, openingOf(firm), held)
    }
    const kinds = ledger.pointsEvents('jia').map(({ kind }) => kind)
    expect(kinds).toEqual(['grant', 'reserve', 'settle', 'refund', 'reserve', 'penalty'])
  })

  test('that gives one firm what it has not is refused by who knows all, and seen by who is short', async () => {
    const lies = [
      (balances: Map<string, number>) => balances.set('ding', 1_000),
      (balances: Map<string, number>) => balances.set('yi', (balances.get('yi') as number) - 5),
    ]
    for (const lie of lies) {
      await expectCodeAsync('ERR_LEDGER_CLOSING', closingEntry(lie))
    }
    const entry = consortium.sign('xiehui', 'points-closed', closedAs(lies[1] as never), clock)
    const index = ledger.size
    const lying = await withFalseEntry(consortium, ledger, entry, clock)
    const error = await expectCodeAsync('ERR_LEDGER_RULES', mirrorOf('regulator').sync(lying))
    expect(error.details).toMatchObject({ index, rule: 'ERR_LEDGER_CLOSING' })
    const yi = mirrorOf('yi')
    await yi.sync(lying)
    const closing = yi.registry.lastClosing
    if (closing === null) throw new Error('expected a closing')
    const own = yi.heldAt('yi', index)
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyClosingOpening(suite.id, closing, openingOf('yi'), own))
  })

  /** What the association would sign of balances that it changed. */
  function closedAs(change: (balances: Map<string, number>) => void) {
    const balances = ledger.closingBalances()
    change(balances)
    const blindings = (period: string, party: string) => suite.hash(utf8(`${period}/${party}`))
    const closed = closeEpoch(suite.id, '2026-07', balances, blindings)
    openings = closed.openings
    return closed.payload
  }
})
