import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { startCrashing } from './crashes.ts'
import { requireWhole } from './require-whole.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'
import type { TestParty } from './test-party.ts'

const TIMEOUT_MS = 1_800_000
const KIND = 'contract-due-not-repaid'

/** Kills a firm's daemon at every `stride`-th of its durability points while it destroys the keys of an epoch. */
export function describeRetireCrashes(suiteId: SuiteId, stride: number): void {
  describe(`a firm of suite ${suiteId} whose daemon is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let yi: TestParty
    let folder: string
    let made = 0
    beforeAll(async () => {
      consortium = await TestConsortium.found({
        suite: suiteId,
        firms: { yi: null },
        publishing: { graceMinutes: 0 },
      })
      yi = consortium.firm('yi')
      await yi.publish([{ subject: investor(made++), kind: KIND }])
      folder = mkdtempSync(join(tmpdir(), 'mixun-retire-crashes-'))
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true })
      await consortium[Symbol.asyncDispose]()
    })

    /** Begins the next epoch. @returns its number */
    async function rotate(): Promise<number> {
      const [line] = await yi.publish([{ subject: investor(made++), kind: KIND }])
      return line?.epoch as number
    }
    const isDestroyed = (epoch: number) => {
      const ledger = openAssociationLedger(consortium.association.home)
      const { registry } = ledger
      const destroyed = (['B', 'C'] as const).every(name => registry.isKeyDestroyed('yi', name, epoch))
      void ledger.close()
      return destroyed
    }
    /** Runs the daemon until the keys of `epoch` are destroyed on the ledger, or it was killed. */
    async function serveUntilDestroyed(epoch: number, crash?: string): Promise<boolean> {
      const args = ['serve', '--home', yi.root, '--json', '--log-level', 'silent']
      const daemon = startCrashing(args, crash)
      daemon.stdin.end()
      daemon.stdout.resume()
      const closed = once(daemon, 'close')
      const isOver = () => daemon.exitCode !== null || daemon.signalCode !== null || isDestroyed(epoch)
      await vi.waitUntil(isOver, { timeout: 120_000, interval: 100 })
      daemon.kill('SIGTERM')
      await closed
      return daemon.signalCode === 'SIGKILL'
    }

    it('destroys them in the end, says so once, and serves the epoch that goes on', async () => {
      const list = join(folder, 'points')
      await serveUntilDestroyed((await rotate()) - 1, `record:${list}`)
      const points = readFileSync(list, 'utf8').trimEnd().split('\n')
      expect(points.filter(point => point.startsWith('file/zeroed'))).toHaveLength(2)
      let killed = 0
      for (let n = 1; n <= points.length; n += stride) {
        const epoch = await rotate()
        if (await serveUntilDestroyed(epoch - 1, `kill:${n}`)) killed++
        if (!isDestroyed(epoch - 1)) await serveUntilDestroyed(epoch - 1)
        const { home } = yi
        const ledger = openAssociationLedger(consortium.association.home)
        for (const name of ['B', 'C'] as const) {
          expect(home.keys.hasOprfKey(name, epoch - 1)).toBe(false)
          expect(existsSync(home.paths.table('yi', name, epoch - 1))).toBe(false)
          home.keys.openOprfKey(name, epoch)
          const payload = ledger.registry.currentTable('yi', name)
          expect(payload?.epoch).toBe(epoch)
          requireWhole(home, ledger.registry, payload as NonNullable<typeof payload>)
        }
        ledger.verify()
        await ledger.close()
      }
      expect(killed).toBeGreaterThan((0.7 * points.length) / stride)
    })
  })
}
