import { DatabaseSync } from 'node:sqlite'
import type { Subject } from '@mixun/core/domain'
import { expectCodeAsync } from '@mixun/core/testing'
import { Mixun } from '@mixun/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { rotateKey } from '../cli/verbs/rotate-key.ts'
import { publishBook } from '../testing/joint-books.ts'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const PROVIDERS = ['bing', 'ding', 'wu', 'yi']
const OVERDUE = 'overdue-fen'

const people = Array.from({ length: 4 }, (_, i) => investor(i))
/** In fen, by firm and person. */
const BOOKS: Record<string, readonly (bigint | null)[]> = {
  bing: [100n, null, 0n, null],
  ding: [2_000n, 5n, null, null],
  wu: [null, 7n, null, null],
  yi: [30_000n, null, 9n, null],
}

const bookOf = (amounts: readonly (bigint | null)[]) =>
  amounts.flatMap((amount, i) => (amount === null ? [] : [{ subject: people[i] as Subject, amount }]))

describe.each(SUITES_OF_RUN)('joint queries between daemons, suite %s', suite => {
  let consortium: TestConsortium
  let mixun: Mixun

  const consentFor = (person: number) =>
    mixun.consents.register(people[person] as Subject, {
      classes: ['B'],
      datasets: [OVERDUE],
      purpose: 'credit-granting',
      document: Buffer.from('signed'),
      maxUses: 3,
    })
  const ask = async (person: number, options: Partial<Parameters<Mixun['jointQuery']>[1]> = {}) => {
    const subject = people[person] as Subject
    const consent = options.consent ?? (await consentFor(person))
    const requestId = options.requestId ?? `joint-${person}-${Math.random()}`
    return mixun.jointQuery(subject, { of: 'overdueFen', ...options, consent, requestId })
  }

  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite,
      firms: { jia: null, bing: null, ding: null, wu: null, yi: null },
      limits: { answerTimeoutMs: 30_000 },
    })
    await recordRule(consortium.association.home, 'joint-rules', {
      minFirms: 3,
      missingAfterSeconds: 0,
      pricePerFirm: 2,
    })
    for (const provider of PROVIDERS) {
      const firm = consortium.firm(provider)
      await publishBook(firm, bookOf(BOOKS[provider] ?? []))
      await firm.start()
    }
    mixun = await Mixun.open(consortium.firm('jia').root)
  }, 60_000)

  afterAll(async () => {
    await mixun?.close()
    await consortium?.[Symbol.asyncDispose]()
  })

  test('opens the sum, the count and the comparison', async () => {
    const sums = people.map((_, i) => PROVIDERS.reduce((sum, firm) => sum + (BOOKS[firm]?.[i] ?? 0n), 0n))
    expect((await ask(0)).reveal()).toBe(sums[0])
    expect((await ask(1, { of: 'count' })).reveal()).toBe(2n)
    expect((await ask(3)).reveal()).toBe(0n)
    expect((await ask(0, { of: { atLeastFen: sums[0] as bigint } })).reveal()).toBe(true)
    expect((await ask(0, { of: { atLeastFen: (sums[0] as bigint) + 1n } })).reveal()).toBe(false)
  }, 60_000)

  test('the stored answer comes back, and nothing else opens under its consent', async () => {
    const { partyId } = consortium.firm('jia').home.identity
    const spent = async () => (await mixun.points()).spent
    const consent = await consentFor(2)
    const first = await ask(2, { consent, requestId: 'same' })
    expect([first.reveal(), first.firms, String(first), JSON.stringify(first)]).toEqual([
      9n,
      4,
      '[joint answer redacted]',
      '"[joint answer redacted]"',
    ])
    const before = await spent()
    expect((await ask(2, { consent, requestId: 'same' })).toClear()).toEqual(first.toClear())
    expect(await spent()).toBe(before)
    await expectCodeAsync('ERR_REQUEST_ID_REUSED', ask(2, { consent, requestId: 'same', of: 'count' }))
    await expectCodeAsync('ERR_JOINT_OPENED', ask(2, { consent, requestId: 'other', of: 'count' }))
    // Every provider has one leaf of it, under the number of its joint table.
    const logged = consortium
      .firm('yi')
      .partyLog()
      .filter(({ event }) => event === 'asked')
    expect(
      logged.every(entry => entry.class === 'J' && entry.epoch === 1 && entry.inquirer === partyId),
    ).toBe(true)
    expect(
      logged.filter(({ intentId }) => Buffer.from(intentId ?? []).toString('hex') === first.intentId),
    ).toHaveLength(1)
  }, 60_000)

  test('one firm away: nothing opens, its return ends the wait, or the query is void and asked of the others', async () => {
    const away = consortium.firm('yi')
    const consent = await consentFor(0)
    const [back, without] = [
      { consent, requestId: 'back' },
      { consent: await consentFor(0), requestId: 'without' },
    ]
    await away.stop()
    const refused = await expectCodeAsync('ERR_JOINT_MISSING', ask(0, back))
    expect(refused.details).toMatchObject({ missing: 'yi' })
    await away.start()
    expect((await ask(0, back)).reveal()).toBe(32_100n)
    await away.stop()
    const answer = await ask(0, { ...without, withoutMissing: true })
    expect([answer.reveal(), answer.firms, answer.without]).toEqual([2_100n, 3, ['yi']])
    await away.start()
    // A firm that is there is not left out on the inquirer's word.
    const states = [...mirrorOf(consortium).intents()].map(({ state }) => state)
    expect(states.filter(state => state === 'void')).toHaveLength(1)
  }, 90_000)

  test('a firm that cannot answer says so, signed, and never answers that query', async () => {
    const firm = consortium.firm('wu')
    const { keys } = firm.home
    const kept = keys.openJointKeys(1)
    keys.destroyJointKeys(1)
    const consent = await consentFor(1)
    await expectCodeAsync('ERR_JOINT_MISSING', ask(1, { consent, requestId: 'signed' }))
    keys.createJointKeys(1, kept)
    // It is back, and stays with its word.
    await expectCodeAsync('ERR_JOINT_MISSING', ask(1, { consent, requestId: 'signed' }))
    const answer = await ask(1, { consent, requestId: 'signed', withoutMissing: true })
    expect([answer.reveal(), answer.without]).toEqual([5n, ['wu']])
  }, 60_000)

  test('an internal error, which an inquirer can bring about, gives it no word to leave a firm out with', async () => {
    using theirs = new DatabaseSync(consortium.firm('wu').home.paths.joint)
    theirs.exec(
      "CREATE TRIGGER no_answer BEFORE INSERT ON joint_answers BEGIN SELECT RAISE(ABORT, 'no answer'); END",
    )
    const options = { consent: await consentFor(1), requestId: 'internal' }
    await expectCodeAsync('ERR_JOINT_PRESENT', ask(1, { ...options, withoutMissing: true }))
    theirs.exec('DROP TRIGGER no_answer')
    expect((await ask(1, options)).reveal()).toBe(12n)
  }, 60_000)

  test('decryption keys that change between intent and answers change nothing of its masks', async () => {
    const sum = 32_100n
    const away = consortium.firm('yi')
    const options = { consent: await consentFor(0), requestId: 'rotated', of: { atLeastFen: sum } }
    await away.stop()
    await expectCodeAsync('ERR_JOINT_MISSING', ask(0, options))
    // One has answered, one has not, and the association compares.
    for (const { root } of [consortium.firm('ding'), away, consortium.association]) {
      expect(await runVerb(rotateKey, ['sealing', '--home', root])).toMatchObject({ exitCode: 0 })
    }
    await away.start()
    expect((await ask(0, options)).reveal()).toBe(true)
    // Who asks next does so under the new ones.
    expect((await ask(0)).reveal()).toBe(sum)
  }, 60_000)

  test('a firm that answers the association is not left out on the word of an inquirer', async () => {
    const firm = consortium.firm('wu')
    using own = new DatabaseSync(consortium.firm('jia').home.paths.joint)
    own.exec("DELETE FROM ot_setups WHERE peer = 'wu'")
    using theirs = new DatabaseSync(firm.home.paths.joint)
    theirs.exec(
      "CREATE TRIGGER no_setup BEFORE INSERT ON ot_setups BEGIN SELECT RAISE(ABORT, 'no setup'); END",
    )
    const options = { consent: await consentFor(1), requestId: 'present' }
    const error = await expectCodeAsync('ERR_JOINT_PRESENT', ask(1, { ...options, withoutMissing: true }))
    expect(error.details).toMatchObject({ missing: 'wu' })
    theirs.exec('DROP TRIGGER no_setup')
    expect((await ask(1, options)).reveal()).toBe(12n)
  }, 60_000)

  test('a share goes out for an opened query only, and the answer survives a restart in between', async () => {
    const away = consortium.firm('ding')
    const consent = await consentFor(0)
    const options = { consent, requestId: 'restart' }
    using database = new DatabaseSync(away.home.paths.joint)
    database.exec(
      "CREATE TRIGGER held_back BEFORE UPDATE OF handed_out ON joint_answers BEGIN SELECT RAISE(ABORT, 'held back'); END",
    )
    await expectCodeAsync('ERR_JOINT_MISSING', ask(0, options))
    // It is opened on record: no way leads to another set any more.
    await expectCodeAsync('ERR_JOINT_MISSING', ask(0, { ...options, withoutMissing: true }))
    await away.stop()
    database.exec('DROP TRIGGER held_back')
    await away.start()
    expect((await ask(0, options)).reveal()).toBe(32_100n)
  }, 60_000)

  test('a new version takes the place of the old one, whose keys go', async () => {
    const firm = consortium.firm('bing')
    await publishBook(firm, bookOf([1n, 1n, 1n, 1n]))
    const { keys } = firm.home
    // The daemon sees to it when it has taken the entry in.
    await expect.poll(() => keys.jointVersions(), { timeout: 20_000 }).toEqual([2])
    // Downloaded ahead, with everything else.
    expect(await mixun.sync()).toMatchObject({ tables: 4, missing: [] })
    expect((await ask(3)).reveal()).toBe(1n)
  }, 60_000)
})

function mirrorOf(consortium: TestConsortium) {
  const ledger = openAssociationLedger(consortium.association.home)
  void ledger.close()
  return ledger.registry.policy.joint
}
