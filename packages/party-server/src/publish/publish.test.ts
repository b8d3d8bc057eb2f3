import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Subject } from '@mixun/core/domain'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { encodePublicKey, evaluateInput, oprfSuiteOf } from '@mixun/ot/oprf'
import { openSubject, SealedTable } from '@mixun/ot/sealed-table'
import { commitmentOf } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLedgerAccess, verifyLedger } from '../ledger/access.ts'
import { openBatches } from '../stores/open.ts'
import { consentOf } from '../testing/clients.ts'
import { approveRecords, CHECKER, importRecords } from '../testing/records.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { lockPublishing } from './lock.ts'
import { publish } from './publish.ts'
import { MIN_SUBJECTS_FOR_THREADS } from './publish-class.ts'

const KIND = 'contract-due-not-repaid'

let consortium: TestConsortium
let jia: TestParty
let yi: TestParty
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null, yi: null, bing: null } })
  jia = consortium.firm('jia')
  yi = consortium.firm('yi')
})
afterAll(() => consortium[Symbol.asyncDispose]())

/** The current table of a party on the ledger. */
async function currentTable(party: TestParty, className: 'A' | 'B' | 'C') {
  await using access = await openLedgerAccess(jia.home)
  return access.registry.currentTable(party.id, className)
}

it('nothing is published before a checker approved it: ERR_PUBLISH_UNREVIEWED', async () => {
  const { home } = yi
  const size = consortium.ledgerSize
  await expectCodeAsync('ERR_PUBLISH_UNREVIEWED', publish(home)) // no batch at all
  const id = importRecords(home, [{ subject: investor(1), kind: KIND }])
  await expectCodeAsync('ERR_PUBLISH_UNREVIEWED', publish(home))
  using batches = openBatches(home)
  batches.decide(id, CHECKER, 'reviewed')
  await expectCodeAsync('ERR_PUBLISH_UNREVIEWED', publish(home))
  batches.decide(id, CHECKER, 'rejected')
  await expectCodeAsync('ERR_PUBLISH_UNREVIEWED', publish(home)) // a rejected batch is none
  approveRecords(home, [{ subject: investor(2), kind: KIND }])
  const waiting = importRecords(home, [{ subject: investor(1), kind: KIND }])
  await expectCodeAsync('ERR_PUBLISH_UNREVIEWED', publish(home)) // not past one that waits
  batches.decide(waiting, CHECKER, 'reviewed')
  batches.decide(waiting, CHECKER, 'rejected')
  expect(consortium.ledgerSize).toBe(size)
  expect(await currentTable(yi, 'B')).toBeUndefined()
})

it('a home publishes once at a time: ERR_PUBLISH_BUSY', async () => {
  const outcomes = await Promise.allSettled([publish(yi.home), publish(yi.home)])
  const refused = outcomes.find(outcome => outcome.status === 'rejected')
  expect(refused?.reason).toMatchObject({ code: 'ERR_PUBLISH_BUSY', retryable: true })
  expect((await currentTable(yi, 'B'))?.epoch).toBe(1)
  using _lock = lockPublishing(yi.home)
  expectCode('ERR_PUBLISH_BUSY', () => lockPublishing(yi.home))
  lockPublishing(jia.home)[Symbol.dispose]() // another home is free
})

it('commits to padded tables of both classes, the empty one too, and to what is on disk', async () => {
  const { home } = yi
  const lines = await publish(home)
  expect(lines).toMatchObject([
    { class: 'B', kind: 'table', rows: 64, subjects: 1, records: 1 },
    { class: 'C', kind: 'table', rows: 64, subjects: 0, records: 0 },
  ])
  for (const line of lines) {
    const table = await currentTable(yi, line.class)
    if (table === undefined) throw new Error('the table is on the ledger')
    expect(table.epoch).toBe(line.epoch)
    const content = readFileSync(home.paths.table('yi', line.class, line.epoch))
    expect(SealedTable.decode(content, commitmentOf(table)).rowCount).toBe(64)
    expect(content.includes(investor(2).reveal())).toBe(false)
  }
})

it('publishing again makes the next epoch under a fresh key and keeps the old files', async () => {
  const { keys } = yi.home
  const first = await currentTable(yi, 'B')
  const lines = await publish(yi.home)
  const second = await currentTable(yi, 'B')
  const epochs = [first?.epoch as number, second?.epoch as number] as const
  expect(epochs[1]).toBe(epochs[0] + 1)
  expect(lines.map(line => line.epoch)).toEqual([epochs[1], epochs[1]])
  expect(second?.publicKey).not.toEqual(first?.publicKey)
  const oprf = oprfSuiteOf('intl')
  const publicKeys = epochs.map(epoch => encodePublicKey(oprf, keys.openOprfKey('B', epoch).publicKey))
  expect(publicKeys).toEqual([first?.publicKey, second?.publicKey])
})

it('a publication that died before its entry is done again under the same epoch', async () => {
  const { paths } = yi.home
  const epoch = ((await currentTable(yi, 'B'))?.epoch as number) + 1
  writeFileSync(join(paths.keys, `oprf/B-${epoch}.key`), 'left over')
  writeFileSync(paths.table('yi', 'B', epoch), 'left over')
  const [line] = await publish(yi.home)
  expect(line?.epoch).toBe(epoch)
  const table = await currentTable(yi, 'B')
  if (table === undefined) throw new Error('the table is on the ledger')
  const content = readFileSync(paths.table('yi', 'B', epoch))
  expect(SealedTable.decode(content, commitmentOf(table)).rowCount).toBe(64)
})

it('without the association nothing changes, and the next try succeeds', async () => {
  const { home } = jia
  approveRecords(home, [{ subject: investor(3), kind: KIND }])
  await consortium.association.stop()
  await expectCodeAsync('ERR_CHANNEL_CLOSED', publish(home))
  await consortium.association.start()
  expect(await publish(home)).toMatchObject([{ epoch: 1, subjects: 1 }, { epoch: 1 }])
})

it('the association publishes its list and its sealed class A, and no firm does', async () => {
  const { association } = consortium
  const lines = await association.publish([
    { subject: investor(4), kind: 'administrative-penalty' },
    { subject: investor(5), kind: 'stock-pledge-repo-blacklist' },
    { subject: investor(4), kind: 'administrative-penalty', occurredOn: '2020-02-29' },
  ])
  expect(lines).toMatchObject([
    { class: 'A', kind: 'list', epoch: 1, rows: 1, subjects: 1, records: 2 },
    { class: 'A', kind: 'table', epoch: 1, rows: 64, subjects: 1, records: 1 },
  ])
  expect(await currentTable(association, 'A')).toMatchObject({ provider: 'xiehui', epoch: 1 })
  expect(await currentTable(yi, 'A')).toBeUndefined()
})

it('an answer follows the latest publication, and a record that was reported again counts once', async () => {
  const corrected = { subject: investor(6), kind: KIND } as const
  await yi.publish([corrected, { ...corrected, status: 'disputed' }])
  await yi.start()
  await using mixun = await jia.client()
  const consent = await consentOf(mixun, corrected.subject)
  const ask = (requestId: string) =>
    mixun.checkDefaults(corrected.subject, { consent, requestId, classes: ['B'] })
  expect((await ask('first')).records.map(record => record.status)).toEqual(['disputed'])
  await yi.publish([{ subject: investor(6), kind: 'judicial-dispute' }])
  const second = await ask('second')
  expect(second.missing).toEqual([])
  expect(second.records.map(record => record.kind).toSorted()).toEqual([KIND, 'judicial-dispute'])
})

it('nobody to ask is ERR_TABLE_UNAVAILABLE, and nothing is recorded', async () => {
  await using lonely = await TestConsortium.found({ firms: { jia: [{ subject: investor(1), kind: KIND }] } })
  await using mixun = await lonely.firm('jia').client()
  const consent = await consentOf(mixun, investor(1))
  const size = lonely.ledgerSize
  await expectCodeAsync(
    'ERR_TABLE_UNAVAILABLE',
    mixun.checkDefaults(investor(1), { consent, requestId: 'nobody' }),
  )
  expect(lonely.ledgerSize).toBe(size)
})

it('both roles can recompute their copy of the ledger, and get the same root', async () => {
  const [own, mirrored] = [await verifyLedger(consortium.association.home), await verifyLedger(jia.home)]
  expect(mirrored).toEqual(own)
  expect(own.size).toBe(consortium.ledgerSize)
})

it('a large table is sealed on threads: every subject is in it, and progress is told to the end', async () => {
  const bing = consortium.firm('bing')
  const days = Array.from({ length: MIN_SUBJECTS_FOR_THREADS / 100 }, (_, i) =>
    String(101 + i).padStart(4, '0'),
  )
  const subjects = days.flatMap(day =>
    Array.from({ length: 100 }, (_, i) => Subject.parse('resident-id', `99052849${day}${100 + i}`)),
  )
  approveRecords(
    bing.home,
    subjects.map(subject => ({ subject, kind: KIND })),
  )
  const reports: number[] = []
  const [line] = await publish(bing.home, {
    threads: 2,
    onProgress: (className, done) => {
      if (className === 'B') reports.push(done)
    },
  })
  expect(line).toMatchObject({ subjects: MIN_SUBJECTS_FOR_THREADS, rows: 2_048 })
  expect([reports[0], reports.at(-1)]).toEqual([0, 2_048])
  const table = await currentTable(bing, 'B')
  if (table === undefined) throw new Error('the table is on the ledger')
  const content = readFileSync(bing.home.paths.table('bing', 'B', 1))
  const commitment = commitmentOf(table)
  const sealed = SealedTable.decode(content, commitment)
  const oprf = oprfSuiteOf('intl')
  const key = bing.home.keys.openOprfKey('B', 1)
  for (const subject of subjects.filter((_, i) => i % 97 === 0)) {
    const output = evaluateInput(oprf, 'voprf', key.secretKey, subject.encode())
    const { payloads } = openSubject(sealed, { suite: bing.home.identity.suite, commitment, output })
    expect(payloads).toHaveLength(1)
  }
})
