import { once } from 'node:events'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chinaDateOf } from '@mixun/core/domain'
import type { SuiteId } from '@mixun/core/suite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { verifyLedger } from '../ledger/access.ts'
import { closedPeriods } from './closed-periods.ts'
import { startCrashing } from './crashes.ts'
import { TestConsortium } from './test-consortium.ts'

const TIMEOUT_MS = 1_800_000
const DAY_MS = 86_400_000

/** Kills the association's daemon at every `stride`-th of its durability points while it closes the periods that are due. */
export function describeClosingCrashes(suiteId: SuiteId, stride: number): void {
  describe(`an association of suite ${suiteId} that is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let days: string[]
    beforeAll(async () => {
      consortium = await TestConsortium.found({
        suite: suiteId,
        firms: { jia: null },
        foundedDaysAgo: 2,
        pointsRules: { period: 'day' },
        closeByClock: false,
      })
      await consortium.association.stop()
      days = [2, 1].map(ago => chinaDateOf(Date.now() - ago * DAY_MS))
      consortium.association.configure('closeByClock', true)
      cpSync(consortium.association.root, `${consortium.association.root}.before`, { recursive: true })
    })
    afterAll(() => consortium[Symbol.asyncDispose]())

    /** A daemon over the home as it was before it closed anything, or as the last one left it. */
    async function serve(crash: string | undefined, isFresh: boolean): Promise<NodeJS.Signals | null> {
      const { root, home } = consortium.association
      if (isFresh) {
        rmSync(root, { recursive: true })
        cpSync(`${root}.before`, root, { recursive: true })
      }
      const daemon = startCrashing(['serve', '--home', root, '--json'], crash)
      daemon.stdin.end()
      daemon.stdout.resume()
      daemon.stderr.resume()
      let isGone = false
      const closed = once(daemon, 'close').then(() => (isGone = true))
      const isDone = async () => isGone || (await closedPeriods(home)).length === days.length
      await vi.waitUntil(isDone, { timeout: 60_000, interval: 200 })
      daemon.kill('SIGTERM')
      await closed
      return daemon.signalCode
    }

    it('while it closes points periods has closed each once in the end', async () => {
      const list = join(consortium.root, 'points')
      await serve(`record:${list}`, true)
      const points = readFileSync(list, 'utf8').trimEnd().split('\n')
      const { home } = consortium.association
      let killed = 0
      for (let n = 1; n <= points.length; n += stride) {
        if ((await serve(`kill:${n}`, true)) === 'SIGKILL') killed++
        expect(days.slice(0, 2)).toEqual(expect.arrayContaining(await closedPeriods(home)))
        await serve(undefined, false)
        expect(await closedPeriods(home)).toEqual(days)
        await verifyLedger(home)
      }
      expect(killed).toBeGreaterThan((0.7 * points.length) / stride)
    })
  })
}
