import { chinaDateOf } from '@mixun/core/domain'
import { periodOf } from '@mixun/ledger-adapter/points'
import { Consortium, checkClosing } from '@mixun/sdk/consortium'
import { pino } from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { closeDuePeriod, closePoints } from '../association/close-points.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { AssociationDuties } from './association-duties.ts'
import { closedPeriods } from '../testing/closed-periods.ts'
import { TestConsortium, type TestConsortiumOptions } from '../testing/test-consortium.ts'

const DAY_MS = 86_400_000
const PATIENCE = { timeout: 30_000 }

let consortium: TestConsortium
const found = async (options: Omit<TestConsortiumOptions, 'firms'>) => {
  consortium = await TestConsortium.found({ ...options, firms: { jia: null, yi: [] } })
  return consortium.association
}
afterEach(() => consortium[Symbol.asyncDispose]())

const daysAgo = (days: number) => chinaDateOf(Date.now() - days * DAY_MS)

it('each period is closed once by a clock that goes on, whoever closes besides', async () => {
  const { home } = await found({})
  await consortium.association.stop()
  const start = Date.now()
  const months = [0, 31, 62, 93].map(days => periodOf('month', chinaDateOf(start + days * DAY_MS)).name)
  let now = start
  const open = () => openAssociationLedger(home, { now: () => now })
  const [first, second] = [open(), open()]
  const close = (ledger: typeof first) => closeDuePeriod(home, ledger, () => now)
  expect(await close(first)).toBeNull()
  now = start + 35 * DAY_MS
  expect(await close(first)).toMatchObject({ period: months[0], firms: 2 })
  expect(await close(first)).toBeNull()
  expect(await close(second)).toBeNull()
  // The association was down for two months.
  now = start + 100 * DAY_MS
  const append = second.appendNext.bind(second)
  vi.spyOn(second, 'appendNext').mockImplementationOnce(async build => {
    // A person comes between.
    await closePoints(home, String(months[1]), () => now)
    return append(build)
  })
  expect(await close(second)).toMatchObject({ period: months[2] })
  while ((await close(first)) !== null);
  expect(await closedPeriods(home)).toEqual(months.slice(0, 1 + closedAfter(months, now)))
  await Promise.all([first.close(), second.close()])
})

/** How many of the months after the first are over. */
const closedAfter = (months: readonly string[], now: number) =>
  months.slice(1).filter(month => month < periodOf('month', chinaDateOf(now)).name).length

it('a daemon closes the days that are over, firms check them, and a restart closes none again', async () => {
  const association = await found({ foundedDaysAgo: 3, pointsRules: { period: 'day' } })
  const over = [3, 2, 1].map(daysAgo)
  await vi.waitUntil(async () => (await closedPeriods(association.home)).length === 3, PATIENCE)
  expect(await closedPeriods(association.home)).toEqual(over)
  expect(association.logText.match(/points period closed/g)).toHaveLength(3)
  await vi.waitUntil(() => consortium.firm('yi').logText.includes('closing checked'), PATIENCE)
  const member = Consortium.open(consortium.firm('jia').home)
  await member.sync()
  expect(await checkClosing(member)).toMatchObject({ period: daysAgo(1), partyId: 'jia', balance: 10_000 })
  await member.close()
  const rounds = () => association.logText.match(/"msg":"serving"/g)?.length
  await association.stop()
  await association.start()
  await vi.waitUntil(() => rounds() === 2, PATIENCE)
  await consortium.grant('jia', 1)
  await association.stop()
  expect(await closedPeriods(association.home)).toEqual(over)
})

it('closing is left to a person where config.toml says so', async () => {
  const association = await found({
    foundedDaysAgo: 3,
    pointsRules: { period: 'day' },
    closeByClock: false,
  })
  await association.stop()
  const round = async () => {
    const { home } = association
    const ledger = openAssociationLedger(home)
    const duties = new AssociationDuties(home, ledger, pino({ level: 'silent' }))
    duties.tick(Date.now())
    await duties.close()
    await ledger.close()
    return (await closedPeriods(home)).length
  }
  expect(await round()).toBe(0)
  association.configure('closeByClock', true)
  // One was under way when it was told to stop.
  expect(await round()).toBe(1)
})
