import { DatabaseSync } from 'node:sqlite'
import { mixunError } from '@mixun/core/errors'
import { expectCodeAsync } from '@mixun/core/testing'
import { Mixun } from '@mixun/sdk'
import { OVERDUE_DATASET, type JointQueryOptions } from '@mixun/sdk/joint'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { examineTables } from '../doctor/tables.ts'
import { JointAnswers } from '../stores/joint-answers.ts'
import { foundJointConsortium, JOINT_FIRMS, jointOnRecord } from '../testing/joint-consortium.ts'
import { investor } from '../testing/subjects.ts'
import type { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'

const TOTAL = 1_111n

let consortium: TestConsortium
let mixun: Mixun
beforeAll(async () => {
  consortium = await foundJointConsortium('intl')
  mixun = await Mixun.open(consortium.firm('jia').root)
}, 60_000)
afterAll(async () => {
  await mixun?.close()
  await consortium?.[Symbol.asyncDispose]()
})

/** A request under a consent of its own, as often as it is sent. */
async function request(options: Partial<JointQueryOptions> = {}, by = mixun) {
  const consent = await by.consents.register(investor(1), {
    classes: ['B'],
    datasets: [OVERDUE_DATASET],
    purpose: 'credit-granting',
    document: Buffer.from('signed'),
  })
  const requestId = `failing-${Math.random()}`
  return () => by.jointQuery(investor(1), { of: 'overdueFen', consent, requestId, ...options })
}

/** Lets a statement of SQL fail in a party's store, until it is disposed. */
function failing(party: TestParty, when: string): Disposable {
  const database = new DatabaseSync(party.home.paths.joint)
  database.exec(`CREATE TRIGGER failing ${when} BEGIN SELECT RAISE(ABORT, 'it fails'); END`)
  return {
    [Symbol.dispose]: () => {
      database.exec('DROP TRIGGER failing')
      database.close()
    },
  }
}

test('a firm whose disk is full says so, signed, and the others are asked at once', async () => {
  const full = vi.spyOn(JointAnswers.prototype, 'keep').mockImplementationOnce(() => {
    throw mixunError('ERR_DISK_FULL', 'no space is left')
  })
  const answer = await (await request({ withoutMissing: true }))()
  expect(full.mock.calls.length).toBeGreaterThan(1)
  full.mockRestore()
  const [missing = ''] = answer.without
  expect(answer.without).toHaveLength(1)
  expect(answer.reveal()).toBe(TOTAL - 10n ** BigInt(JOINT_FIRMS.indexOf(missing)))
  const ended = jointOnRecord(consortium).intents()
  expect(ended.map(({ state, missing: firm }) => [state, firm])).toEqual([
    ['void', missing],
    ['opened', null],
  ])
}, 60_000)

test('a firm that is up and whose stores take nothing is missing by the word of the association', async () => {
  const wu = consortium.firm('wu')
  const ask = await request({ withoutMissing: true })
  {
    using _answers = failing(wu, 'BEFORE INSERT ON joint_answers')
    // By its own word it can take writes: it is there.
    await expectCodeAsync('ERR_JOINT_PRESENT', ask())
  }
  const other = await request({ withoutMissing: true })
  using _probe = new DatabaseSync(wu.home.paths.joint)
  _probe.exec("CREATE TRIGGER probe BEFORE INSERT ON joint_probe BEGIN SELECT RAISE(ABORT, 'it fails'); END")
  {
    using _answers = failing(wu, 'BEFORE INSERT ON joint_answers')
    expect(await other()).toMatchObject({ without: ['wu'], firms: 3 })
  }
  _probe.exec('DROP TRIGGER probe')
  expect((await ask()).reveal()).toBe(TOTAL)
}, 60_000)

test('the doctor finds a joint table whose keys are gone', () => {
  const { home } = consortium.firm('wu')
  const ledger = openAssociationLedger(consortium.association.home)
  void ledger.close()
  const examine = () =>
    examineTables(home, ledger.registry, Date.now())
      .map(({ severity }) => severity)
      .at(-1)
  expect(examine()).toBe('ok')
  const kept = home.keys.openJointKeys(1)
  home.keys.destroyJointKeys(1)
  expect(examine()).toBe('error')
  home.keys.createJointKeys(1, kept)
})

test('a comparison whose answer was lost is not made again: the same answer comes', async () => {
  const ask = await request({ of: { atLeastFen: TOTAL } })
  {
    using _unanswered = failing(consortium.association, 'BEFORE INSERT ON joint_answers')
    await expectCodeAsync('ERR_PEER_REFUSED', ask())
  }
  const { association } = consortium
  const rows = () => {
    using database = new DatabaseSync(association.home.paths.joint)
    return database.prepare('SELECT answered_at, answers FROM joint_answers').all()
  }
  {
    using _lost = failing(consortium.firm('jia'), 'BEFORE UPDATE OF sealed_answer ON joint_queries')
    await expect(ask()).rejects.toThrow('it fails')
  }
  const before = rows()
  expect(before).toHaveLength(1)
  expect((await ask()).reveal()).toBe(true)
  expect(rows()).toEqual(before)
}, 60_000)

test('a comparison with an association that lost its half of the setup makes another', async () => {
  await (await request({ of: { atLeastFen: TOTAL } }))()
  using database = new DatabaseSync(consortium.association.home.paths.joint)
  expect(database.prepare("DELETE FROM ot_setups WHERE peer = 'jia'").run().changes).toBeGreaterThan(0)
  expect((await (await request({ of: { atLeastFen: TOTAL + 1n } }))()).reveal()).toBe(false)
}, 60_000)

test('a joint table that too few members stand behind is not asked, and costs nothing: ERR_TABLE_UNCOSIGNED', async () => {
  const jia = consortium.firm('jia')
  jia.setLimit('cosignatures', 9)
  jia.setLimit('answerTimeoutMs', 300)
  await using strict = await Mixun.open(jia.root)
  const ask = await request({}, strict)
  const size = consortium.ledgerSize
  const error = await expectCodeAsync('ERR_TABLE_UNCOSIGNED', ask())
  expect(error.details).toMatchObject({ class: OVERDUE_DATASET, epoch: 1, required: 9, found: 3 })
  expect(consortium.ledgerSize).toBe(size)
}, 60_000)
