import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { approveRecords } from '../testing/records.ts'
import { publish } from './verbs/publish.ts'
import { sync } from './verbs/sync.ts'
import { verifyLedger } from './verbs/verify-ledger.ts'

const kind = 'judicial-dispute' as const

let consortium: TestConsortium
beforeAll(async () => {
  const yi = [{ subject: investor(1), kind }]
  consortium = await TestConsortium.found({
    firms: { jia: null, yi },
    association: [{ subject: investor(2), kind: 'key-monitored-list' }],
  })
})
afterAll(() => consortium[Symbol.asyncDispose]())

const progressOf = (stderr: string) => stderr.trimEnd().split('\n')

it('sync fetches the ledger and all tables, with progress on standard error, and says what is missing', async () => {
  const { root, home } = consortium.firm('jia')
  const total = consortium.ledgerSize
  const first = await runVerb(sync, ['--home', root, '--json', '--progress'])
  const { entries, tables, missing } = JSON.parse(first.stdout)
  expect([first.exitCode, entries, missing]).toEqual([0, total, []])
  const fetched = (done: number) => `progress: fetched ${done} of ${tables} tables`
  expect(tables).toBeGreaterThan(2)
  expect(progressOf(first.stderr)).toEqual([
    `progress: fetched ${total} of ${total} ledger entries`,
    ...Array.from({ length: tables + 1 }, (_, done) => fetched(done)),
  ])

  await consortium.firm('yi').stop()
  rmSync(home.paths.table('yi', 'B', 1))
  const again = await runVerb(sync, ['--home', root])
  expect(again.stdout).toBe(
    `${total} entries, ${tables - 1} tables\nmissing: yi, class B (ERR_CHANNEL_CLOSED)\n`,
  )
  expect(again.stderr).toBe('')
  await consortium.firm('yi').start()
})

it('verify-ledger and publish say how far they are', async () => {
  const { root, home } = consortium.firm('yi')
  const verified = await runVerb(verifyLedger, ['--home', root, '--progress'])
  const { ledgerSize } = consortium
  expect(progressOf(verified.stderr)).toContain(`progress: verified ${ledgerSize} of ${ledgerSize} entries`)
  approveRecords(home, [{ subject: investor(3), kind }])
  const published = await runVerb(publish, ['--home', root, '--progress'])
  expect(progressOf(published.stderr)).toContain('progress: class B: 64 of 64 rows')
})
