import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { openJointTable } from '@mixun/ot/joint-table'
import { Mixun } from '@mixun/sdk'
import { jointCommitmentOf } from '@mixun/sdk/consortium'
import { OVERDUE_DATASET } from '@mixun/sdk/joint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJointBooks } from '../stores/open.ts'
import { crashEverywhere } from './crashes.ts'
import { approveBook, foundJointConsortium, jointOnRecord } from './joint-consortium.ts'
import { MAKER } from './records.ts'
import { investor } from './subjects.ts'
import type { TestConsortium } from './test-consortium.ts'
import type { TestParty } from './test-party.ts'

/** Every point costs two processes. */
const TIMEOUT_MS = 1_800_000

/** How many durability points are left out after each one that is tried: 1 tries every one. */
export interface JointStrides {
  readonly import: number
  readonly publish: number
  readonly ask: number
}

/** Kills the verbs of joint queries at their durability points. Called at the top of a test file. */
export function describeJointCrashes(suiteId: SuiteId, strides: JointStrides): void {
  describe(`a firm of suite ${suiteId} killed in joint queries`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let folder: string
    let made = 0

    const joint = () => jointOnRecord(consortium)
    /** The newest joint table on record can be served: its keys and its file are there. */
    const requireServed = (firm: TestParty) => {
      const { home } = firm
      const table = joint().table(home.identity.partyId, OVERDUE_DATASET)
      if (table === undefined) return
      home.keys.openJointKeys(table.version)
      const bytes = readFileSync(home.paths.jointTable(table.provider, table.version))
      openJointTable(home.identity.suite, jointCommitmentOf(table), bytes)
    }

    beforeAll(async () => {
      consortium = await foundJointConsortium(suiteId)
      folder = mkdtempSync(join(tmpdir(), 'mixun-joint-crashes-'))
    }, TIMEOUT_MS)
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true })
      await consortium?.[Symbol.asyncDispose]()
    })

    it('while it takes a book in has all of it or nothing, once', async () => {
      const jia = consortium.firm('jia')
      let file = ''
      const killed = await crashEverywhere(
        {
          doneCodes: ['ERR_IMPORT_DUPLICATE'],
          prepare: () => {
            file = join(folder, `book-${made++}.csv`)
            writeFileSync(file, `id_number,name,overdue_fen\n${investor(made).reveal()},a,${made}\n123,b,1\n`)
            return ['joint-book', 'import', file, '--operator', MAKER, '--home', jia.root, '--json']
          },
          afterRepeat: () => {
            using books = openJointBooks(jia.home)
            const own = books.all().filter(book => file.endsWith(book.fileName))
            expect(own.map(({ state, lines, findings }) => [state, lines, findings])).toEqual([
              ['imported', 1, 1],
            ])
          },
        },
        strides.import,
      )
      expect(killed).not.toEqual([])
      approveBook(jia, 1)
    })

    it('while it publishes can serve every version on the ledger, and publishes again', async () => {
      const jia = consortium.firm('jia')
      let before = 0
      const killed = await crashEverywhere(
        {
          prepare: () => {
            before = joint().newestVersion('jia')
            return ['joint-book', 'publish', '--home', jia.root, '--json']
          },
          afterCrash: () => requireServed(jia),
          afterRepeat: () => {
            requireServed(jia)
            expect(joint().newestVersion('jia')).toBeGreaterThan(before)
          },
        },
        strides.publish,
      )
      expect(killed).not.toEqual([])
    })

    it('while it asks opens one total in the end, once a consent', async () => {
      const jia = consortium.firm('jia')
      let [request, consent] = ['', '']
      const terms = {
        classes: ['B'] as const,
        datasets: [OVERDUE_DATASET],
        purpose: 'credit-granting' as const,
      }
      // The first query makes setups and downloads tables, the others do not.
      await using first = await Mixun.open(jia.root)
      const warm = await first.consents.register(investor(2), { ...terms, document: Buffer.from('signed') })
      await first.jointQuery(investor(2), { of: 'count', consent: warm, requestId: 'warm' })
      const killed = await crashEverywhere(
        {
          input: investor(1).reveal(),
          prepare: async () => {
            await using mixun = await Mixun.open(jia.root)
            request = `crash-${made++}`
            consent = await mixun.consents.register(investor(1), {
              ...terms,
              document: Buffer.from('signed'),
            })
            const asked = ['--consent', consent, '--request-id', request, '--operator', MAKER]
            return ['joint', ...asked, '--home', jia.root, '--json']
          },
          afterRepeat: async () => {
            await using mixun = await Mixun.open(jia.root)
            const options = { of: 'overdueFen' as const, consent: consent as never, requestId: request }
            const answer = await mixun.jointQuery(investor(1), options)
            expect(answer.reveal()).toBe(1_111n)
            const states = joint()
              .under(Buffer.from(consent, 'hex'))
              .map(({ state }) => state)
            expect(states.filter(state => state === 'opened')).toHaveLength(1)
          },
        },
        strides.ask,
      )
      expect(killed).not.toEqual([])
    })
  })
}
