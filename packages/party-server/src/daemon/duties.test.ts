import { existsSync } from 'node:fs'
import { chinaDateOf } from '@mixun/core/domain'
import { expectCodeAsync } from '@mixun/core/testing'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { closeEpoch, periodOf } from '@mixun/ledger-adapter/points'
import { Consortium, checkClosing } from '@mixun/sdk/consortium'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { closingBlindings, closePoints } from '../association/close-points.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { openLedgerAccess } from '../ledger/access.ts'
import { fileReports } from '../publish/report-days.ts'
import { consentOf } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const DAY_MS = 86_400_000
const PATIENCE = { timeout: 30_000 }

/** The day before the month began, in China. */
const lastMonth = () => {
  const today = chinaDateOf(Date.now())
  return periodOf('month', chinaDateOf(Date.now() - Number(today.slice(8)) * DAY_MS)).name
}

let consortium: TestConsortium

beforeEach(async () => {
  consortium = await TestConsortium.found({
    firms: { yi: [], bing: [], jia: [] },
    pointsRules: { attestations: 2 },
    publishing: { attest: true },
  })
})
afterEach(() => consortium[Symbol.asyncDispose]())

it('daemons download and attest the tables of others, and their providers are paid then', async () => {
  await vi.waitFor(async () => {
    await using access = await openLedgerAccess(consortium.association.home)
    for (const firm of ['bing', 'jia', 'yi']) {
      expect(access.registry.attesters(firm, 'B', 1)).toEqual(
        new Set(['bing', 'jia', 'yi'].filter(other => other !== firm)),
      )
      // Admission, and one started thousand rows of classes B and C.
      expect((await access.ledger.balance(firm)).earned).toBe(10_000 + 50 + 25)
    }
    access.recomputePoints()
  }, PATIENCE)
})

it('a closing is opened to each firm for its own line, and held against its own journal', async () => {
  const { home } = consortium.association
  const closing = await closePoints(home, lastMonth())
  expect(closing).toMatchObject({ firms: 3, penalties: 0 })
  await expectCodeAsync('ERR_LEDGER_CLOSING', closePoints(home, lastMonth()))
  const jia = consortium.firm('jia')
  await vi.waitUntil(() => jia.logText.includes('closing checked'), PATIENCE)
  const member = Consortium.open(jia.home)
  await member.sync()
  const opening = await checkClosing(member)
  expect(opening).toMatchObject({ period: lastMonth(), partyId: 'jia' })
  expect(opening?.balance).toBe(member.mirror.heldAt('jia', closing.ledgerIndex))
  await member.close()
})

it('a closing that says something else of a firm than its journal is a finding at that firm', async () => {
  const { home } = consortium.association
  const ledger = openAssociationLedger(home)
  await ledger.appendNext(state => {
    const balances = state.closingBalances()
    balances.set('jia', (balances.get('jia') ?? 0) - 1).set('yi', (balances.get('yi') ?? 0) + 1)
    const { payload } = closeEpoch('intl', lastMonth(), balances, closingBlindings(home))
    return signEntry(home.identity, state.registry.anchor, 'points-closed', payload)
  })
  await ledger.close()
  const jia = consortium.firm('jia')
  await vi.waitUntil(() => jia.logText.includes('closing does not fit'), PATIENCE)
  expect(jia.loggedCodes).toContain('ERR_VERIFY_COMMITMENT')
  expect(existsSync(jia.home.paths.closingFinding(lastMonth()))).toBe(true)
  await vi.waitUntil(() => consortium.firm('bing').logText.includes('closing checked'), PATIENCE)
})

it('working days that are over are reported, from the day after the first table on', async () => {
  const { home } = consortium.association
  const from = chinaDateOf(Date.now() - 10 * DAY_MS)
  await recordRule(home, 'calendar', { from, workingDays: [], holidays: [], workedWeekends: [] })
  const member = Consortium.open(consortium.firm('jia').home)
  await member.sync()
  expect(await fileReports(member, Date.now() + DAY_MS)).toEqual([])
  // The ledger takes no report of a day to come: what would be said is looked at here.
  const append = vi.spyOn(member, 'append').mockResolvedValue(null as never)
  const days = await fileReports(member, Date.now() + 8 * DAY_MS)
  expect(days).toHaveLength(5)
  expect(days.every(day => day > chinaDateOf(Date.now()))).toBe(true)
  expect(append.mock.calls).toEqual(days.map(day => ['reporting-day', { day, hasLate: false }]))
  await member.close()
})

it('what was bought in advance is filled in, or given back, by the daemon when no client comes back', async () => {
  const jia = consortium.firm('jia')
  const left = await (async () => {
    await using mixun = await jia.client()
    const consent = await consentOf(mixun, investor(1))
    const [short] = await mixun.buyIntents({ purpose: 'monitoring', hours: 1 / 3_600 })
    await mixun.buyIntents({ purpose: 'credit-granting' })
    await mixun.sync()
    await consortium.association.stop()
    const answer = await mixun.checkDefaults(investor(1), { consent, requestId: 'while-away' })
    expect(answer).toMatchObject({ verdict: 'clear', isProvisional: true })
    return short
  })()
  await jia.stop()
  await consortium.association.start()
  await vi.waitUntil(() => Date.now() > Number(left?.expiresAt), PATIENCE)
  // Duties are looked at when a daemon starts.
  await jia.start()
  const settled = () => jia.logText.split('intent bought in advance settled').length - 1
  await vi.waitUntil(() => settled() === 2, PATIENCE)
  expect(jia.logText).toContain('"isReturned":true,"code":null')
  expect(jia.logText).toContain('"isReturned":false,"code":null')
  await using access = await openLedgerAccess(consortium.association.home)
  // One of the two was used: classes B and C of two firms.
  expect(await access.ledger.balance('jia')).toMatchObject({ reserved: 0, spent: 4 })
})
