import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { Home } from '@mixun/sdk/home'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { admit } from '../cli/verbs/admit.ts'
import { init } from '../cli/verbs/init.ts'
import { verifyLedger } from '../ledger/access.ts'
import { openBatches, openOwnRecords } from '../stores/open.ts'
import { crashEverywhere } from './crashes.ts'
import { freePort } from './free-port.ts'
import { approveRecords, CHECKER, MAKER } from './records.ts'
import { requireWhole } from './require-whole.ts'
import { runVerb } from './run-verb.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'
import type { TestParty } from './test-party.ts'

/** Every point costs two processes. */
const TIMEOUT_MS = 1_800_000

const KIND = 'contract-due-not-repaid'
const HEAD =
  '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'

const lineOf = (idNumber: string, yuan: number) =>
  `某,身份证,${idNumber},股票质押,合约期满未清偿,2025-03-14,${yuan}.00,未了结,,SQ00000001,新,`

/** How many durability points are left out after each one that is tried: 1 tries every one. */
export interface Strides {
  readonly import: number
  readonly join: number
  readonly publish: number
  readonly release: number
}

/** Kills the verbs of a firm at their durability points. Called at the top of a test file. */
export function describeCrashes(suiteId: SuiteId, strides: Strides): void {
  describe(`a firm of suite ${suiteId} whose process is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let yi: TestParty
    let folder: string
    let made = 0

    beforeAll(async () => {
      consortium = await TestConsortium.found({ suite: suiteId, firms: { yi: null } })
      yi = consortium.firm('yi')
      folder = mkdtempSync(join(tmpdir(), 'mixun-crashes-'))
    })
    afterAll(async () => {
      rmSync(folder, { recursive: true })
      await consortium[Symbol.asyncDispose]()
    })

    /** What the ledger says is published, read at the association. */
    const onRecord = (): TablePayload[] => {
      const ledger = openAssociationLedger(consortium.association.home)
      const tables = (['B', 'C'] as const).flatMap(name => ledger.registry.currentTable('yi', name) ?? [])
      void ledger.close()
      return tables
    }
    /** Everything that is committed to can be served, and is under its root. */
    const requireServed = () => {
      const { home } = yi
      const ledger = openAssociationLedger(consortium.association.home)
      for (const payload of onRecord()) {
        requireWhole(home, ledger.registry, payload)
        home.keys.openOprfKey(payload.class, payload.epoch)
      }
      void ledger.close()
    }
    const requireAgreement = async () => {
      const own = await verifyLedger(yi.home)
      expect(own).toEqual(await verifyLedger(consortium.association.home))
    }
    const pointsOfYi = async () => {
      const ledger = openAssociationLedger(consortium.association.home)
      const { earned } = await ledger.balance('yi')
      await ledger.close()
      return earned
    }
    const base = () => ['--home', yi.root, '--json']

    it('in an import has all of the batch or nothing, and imports the file once', async () => {
      let file = ''
      const killed = await crashEverywhere(
        {
          doneCodes: ['ERR_IMPORT_DUPLICATE'],
          prepare: () => {
            file = join(folder, `export-${made++}.csv`)
            const lines = [1, 2, 3].map(i => lineOf(investor(i).reveal(), made))
            writeFileSync(file, `${[HEAD, ...lines, lineOf('123', made)].join('\n')}\n`)
            return ['import', file, '--profile', 'jia', '--operator', MAKER, ...base()]
          },
          afterCrash: () => {
            using batches = openBatches(yi.home)
            for (const { id, summary } of batches.all()) {
              expect(summary.accepted).toBe(3)
              expect(readFileSync(yi.home.paths.findings(id), 'utf8')).toContain('4,5,idNumber')
            }
          },
          afterRepeat: () => {
            using batches = openBatches(yi.home)
            const own = batches.all().filter(batch => file.endsWith(batch.fileName))
            expect(own.map(({ state, summary }) => [state, summary.rows])).toEqual([['imported', 4]])
            expect([...batches.stored()]).toHaveLength(3 * batches.all().length)
          },
        },
        strides.import,
      )
      expect(killed).not.toEqual([])
      using batches = openBatches(yi.home)
      for (const { id } of batches.all()) {
        batches.decide(id, CHECKER, 'reviewed')
        batches.decide(id, CHECKER, 'rejected')
      }
    })

    it('while it joins can join again', async () => {
      const home = join(folder, 'geng')
      const [request, admission] = [join(folder, 'request.json'), join(folder, 'admission.json')]
      const { association } = consortium
      const to = `xiehui@${association.home.config.listen.advertise}`
      const about = [
        '--id',
        'geng',
        '--name',
        'geng',
        '--suite',
        suiteId,
        '--listen',
        `127.0.0.1:${await freePort()}`,
      ]
      await runVerb(init, [...about, '--association', to, '--home', home, '--out', request])
      await runVerb(admit, [request, '--home', association.root, '--out', admission])
      cpSync(home, `${home}.new`, { recursive: true })
      const killed = await crashEverywhere(
        {
          prepare: () => {
            rmSync(home, { recursive: true })
            cpSync(`${home}.new`, home, { recursive: true })
            return ['join', admission, '--home', home, '--json']
          },
          afterRepeat: async () => {
            const joined = Home.open(home)
            expect(joined.anchor()).toEqual(yi.home.anchor())
            expect(joined.tls().ca).toBe(yi.home.tls().ca)
            expect(await verifyLedger(joined)).toEqual(await verifyLedger(association.home))
          },
        },
        strides.join,
      )
      expect(killed).not.toEqual([])
    })

    it('while it publishes serves all that is on the ledger, and publishes again', async () => {
      let before: TablePayload[] = []
      const killed = await crashEverywhere(
        {
          prepare: () => {
            approveRecords(yi.home, [{ subject: investor(100 + (made++ % 800)), kind: KIND }])
            before = onRecord()
            return ['publish', ...base()]
          },
          afterCrash: requireServed,
          afterRepeat: async () => {
            requireServed()
            const tables = onRecord()
            expect(tables.map(table => table.class)).toEqual(['B', 'C'])
            for (const [i, { epoch }] of tables.entries()) {
              expect(epoch).toBeGreaterThan(before[i]?.epoch ?? 0)
            }
            using own = openOwnRecords(yi.home)
            const newest = investor(100 + ((made - 1) % 800))
            expect(own.find('B', newest.encode())).toHaveLength(1)
            await requireAgreement()
            // A contribution counts once a period and class, however often its table is published.
            expect(await pointsOfYi()).toBe(EARNED)
          },
        },
        strides.publish,
      )
      expect(killed).not.toEqual([])
    })

    it('while it releases a delta has one delta a version', async () => {
      let before = 0
      const versionOfB = () => onRecord()[0]?.version ?? 0
      const killed = await crashEverywhere(
        {
          prepare: () => {
            approveRecords(yi.home, [{ subject: investor(100 + (made++ % 800)), kind: KIND }])
            before = versionOfB()
            return ['release', '--urgent', '--operator', CHECKER, '--reason', 'gross-error', ...base()]
          },
          afterCrash: requireServed,
          afterRepeat: async () => {
            requireServed()
            expect(versionOfB()).toBeGreaterThan(before)
            expect(versionOfB()).toBeLessThan(before + 3)
            await requireAgreement()
          },
        },
        strides.release,
      )
      expect(killed).not.toEqual([])
    })
  })
}

/** The grant of a test consortium, and one contribution for each class with rows. */
const EARNED = 10_000 + 50 + 25
