import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '@mixun/core/random'
import type { SuiteId } from '@mixun/core/suite'
import { type Appended, type LedgerEntry, sealEntry, signEntry } from '@mixun/ledger-adapter/ledger'
import { commitSubject } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { Consortium, ledgerAnchor } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { verifyLedger } from '../ledger/access.ts'
import { serveCrashing } from './crashes.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'

const TIMEOUT_MS = 1_800_000

/** Kills the association's daemon at every `stride`-th of its durability points while a member appends. */
export function describeDaemonCrashes(suiteId: SuiteId, stride: number): void {
  describe(`an association of suite ${suiteId} whose daemon is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let folder: string
    beforeAll(async () => {
      consortium = await TestConsortium.found({ suite: suiteId, firms: { jia: null } })
      await consortium.association.stop()
      folder = mkdtempSync(join(tmpdir(), 'mixun-daemon-crashes-'))
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true })
      await consortium[Symbol.asyncDispose]()
    })

    const serve = (crash?: string) => serveCrashing(consortium.association.root, crash)

    async function makeEntry(): Promise<LedgerEntry> {
      const { home } = consortium.firm('jia')
      const now = Date.now()
      const oprf = oprfSuiteOf(suiteId)
      const { commitment } = commitSubject(oprf, investor(1).encode(), systemRandom)
      const signed = signEntry(home.identity, ledgerAnchor(home.anchor()), 'consent', {
        consentId: systemRandom.bytes(16),
        inquirer: 'jia',
        commitment,
        classes: ['B'],
        purpose: 'credit-granting',
        datasets: [],
        documentDigest: systemRandom.bytes(32),
        notBefore: now,
        notAfter: now + 3_600_000,
        maxUses: 1,
      })
      const client = Consortium.open(home)
      try {
        if (client.registry.members().length === 0) await client.sync()
        return sealEntry(client.registry, signed)
      } finally {
        await client.close()
      }
    }

    /** What a member does with the ledger, as far as it gets. */
    async function append(entry: LedgerEntry, told: Appended[]): Promise<void> {
      const client = Consortium.open(consortium.firm('jia').home)
      try {
        const appended = await client.ledger.append(entry)
        told.push(appended)
        await client.sync()
        client.requireOnRecord(appended)
        await client.cosign()
      } finally {
        await client.close()
      }
    }

    it('keeps every entry that it acknowledged, each once, and continues the tree that members cosigned', async () => {
      const list = join(folder, 'points')
      const recorded = await serve(`record:${list}`)
      await append(await makeEntry(), [])
      await recorded.stop()
      const points = readFileSync(list, 'utf8').trimEnd().split('\n')
      let killed = 0
      for (let n = 1; n <= points.length; n += stride) {
        const entry = await makeEntry()
        const told: Appended[] = []
        const { daemon, stop } = await serve(`kill:${n}`)
        await append(entry, told).catch(() => {})
        await stop()
        if (daemon.signalCode === 'SIGKILL') killed++
        const again = await serve()
        await append(entry, told)
        const [first, last] = [told[0] as Appended, told.at(-1) as Appended]
        expect(last.receipt).toEqual(first.receipt)
        expect(await verifyLedger(consortium.firm('jia').home)).toEqual(
          await verifyLedger(consortium.association.home),
        )
        await again.stop()
        const ledger = openAssociationLedger(consortium.association.home)
        const entries = await ledger.entries(0, 1_000)
        await ledger.close()
        const same = entries.filter(each => Buffer.compare(each.entry.id, entry.id) === 0)
        expect(same.map(({ index }) => index)).toEqual([first.receipt.index])
      }
      expect(killed).toBeGreaterThan((0.7 * points.length) / stride)
    })
  })
}
