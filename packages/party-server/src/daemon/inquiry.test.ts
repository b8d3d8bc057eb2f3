import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { type ConsentId, Mixun } from '@mixun/sdk'
import { Home } from '@mixun/sdk/home'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { AMOUNT_FEN, type MadeDefault } from '../testing/records.ts'
import { leaksIn, textsOfDefaults, textsOfKeys } from '../testing/secrets.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const clear = investor(0)
const atYi = investor(1)
const atBoth = investor(2)
const onList = investor(3)
const blacklisted = investor(4)
const own = investor(5)

const PUBLISHED = {
  jia: [{ subject: own, kind: 'judicial-dispute' }],
  yi: [
    { subject: atYi, kind: 'contract-due-not-repaid' },
    { subject: atBoth, kind: 'false-information', occurredOn: '2025-06-01' },
    { subject: atBoth, kind: 'contract-due-not-repaid', occurredOn: '2024-01-31' },
  ],
  bing: [{ subject: atBoth, kind: 'key-monitored-list', occurredOn: '2024-12-05' }],
} as const satisfies Record<string, MadeDefault[]>
const CLASS_A = [
  { subject: onList, kind: 'administrative-penalty' },
  { subject: blacklisted, kind: 'stock-pledge-repo-blacklist' },
] as const satisfies MadeDefault[]

let consortium: TestConsortium
let mixun: Mixun

/** What a record says, on one line. */
const lines = (records: Awaited<ReturnType<Mixun['checkDefaults']>>['records']) =>
  records.map(({ reporter, class: name, kind, occurredOn }) => `${occurredOn} ${reporter} ${name} ${kind}`)

describe.each(SUITES_OF_RUN)('in suite %s', suiteId => {
  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite: suiteId,
      firms: { ...PUBLISHED, ding: null },
      association: CLASS_A,
      pointsRules: { grant: 150, queryPrice: { A: 1, B: 1, C: 100 } },
    })
    await consortium.grant('jia', 100_000)
    mixun = await consortium.firm('jia').client()
  })

  afterAll(async () => {
    await mixun.close()
    await consortium[Symbol.asyncDispose]()
  })

  describe('an inquiry', () => {
    it('is clear when every firm answered and none has a record, and costs its price', async () => {
      const before = await mixun.points()
      const consent = await consentOf(mixun, clear)
      const answer = await mixun.checkDefaults(clear, { consent, requestId: 'clear' })
      expect(answer).toMatchObject({ requestId: 'clear', verdict: 'clear', records: [], missing: [] })
      const asked = answer.evidence.parties.map(party => `${party.party}/${party.class}/${party.epoch}`)
      expect(asked).toEqual(['bing/B/1', 'bing/C/1', 'xiehui/A/1', 'yi/B/1', 'yi/C/1'])
      const price = 3 + 2 * 100
      const after = { available: before.available - price, spent: before.spent + price }
      expect(await mixun.points()).toEqual({ ...before, ...after })
    })

    it.each([
      ['one firm', atYi, ['2025-03-14 yi B contract-due-not-repaid']],
      [
        'several firms and classes, by date',
        atBoth,
        [
          '2024-01-31 yi B contract-due-not-repaid',
          '2024-12-05 bing C key-monitored-list',
          '2025-06-01 yi B false-information',
        ],
      ],
      ['the public list', onList, ['2025-03-14 xiehui A administrative-penalty']],
      ["the association's blacklist", blacklisted, ['2025-03-14 xiehui A stock-pledge-repo-blacklist']],
      ['its own book', own, ['2025-03-14 jia B judicial-dispute']],
    ])('finds the records of %s', async (where, subject, expected) => {
      const consent = await consentOf(mixun, subject)
      const answer = await mixun.checkDefaults(subject, { consent, requestId: `found in ${where}` })
      expect({ verdict: answer.verdict, records: lines(answer.records) }).toEqual({
        verdict: 'found',
        records: expected,
      })
      expect(answer.records[0]?.amountFen).toBe(AMOUNT_FEN)
    })

    it('asks only the classes that are wanted', async () => {
      const consent = await consentOf(mixun, atBoth)
      const answer = await mixun.checkDefaults(atBoth, { consent, requestId: 'only C', classes: ['C'] })
      expect(lines(answer.records)).toEqual(['2024-12-05 bing C key-monitored-list'])
      expect(answer.evidence.parties.map(party => party.class)).toEqual(['C', 'C'])
    })

    it('prints no record, wherever the answer is logged', async () => {
      const consent = await consentOf(mixun, atYi)
      const answer = await mixun.checkDefaults(atYi, { consent, requestId: 'printed' })
      const printed = [
        inspect(answer, { depth: 9, showHidden: true }),
        JSON.stringify(answer),
        `${answer.records}`,
      ]
      expect(printed.join('\n')).toContain('[default record redacted]')
      const [record] = answer.records
      expect(leaksIn(printed.join('\n'), ['contract-due-not-repaid', '2025-03-14', `${AMOUNT_FEN}`])).toEqual(
        [],
      )
      expect(record?.kind).toBe('contract-due-not-repaid')
    })
  })

  describe('a request id', () => {
    it('returns the stored answer when it comes again, without an entry and without points', async () => {
      const consent = await consentOf(mixun, atYi)
      const first = await mixun.checkDefaults(atYi, { consent, requestId: 'again' })
      const before = { size: consortium.ledgerSize, points: await mixun.points() }
      const second = await mixun.checkDefaults(atYi, { consent, requestId: 'again' })
      await using reopened = await consortium.firm('jia').client()
      const third = await reopened.checkDefaults(atYi, { consent, requestId: 'again' })
      for (const repeated of [second, third]) {
        expect(repeated.evidence).toEqual(first.evidence)
        expect(lines(repeated.records)).toEqual(lines(first.records))
      }
      expect({ size: consortium.ledgerSize, points: await mixun.points() }).toEqual(before)
    })

    it('is refused for another subject, consent or scope; the same subject may have another', async () => {
      const consent = await consentOf(mixun, atYi)
      await mixun.checkDefaults(atYi, { consent, requestId: 'mine' })
      const other = await consentOf(mixun, clear)
      const size = consortium.ledgerSize
      await expectCodeAsync(
        'ERR_REQUEST_ID_REUSED',
        mixun.checkDefaults(clear, { consent: other, requestId: 'mine' }),
      )
      await expectCodeAsync(
        'ERR_REQUEST_ID_REUSED',
        mixun.checkDefaults(atYi, { consent, requestId: 'mine', classes: ['B'] }),
      )
      expect(consortium.ledgerSize).toBe(size)
      const again = await mixun.checkDefaults(atYi, { consent, requestId: 'mine too' })
      expect(again.verdict).toBe('found')
    })

    it('pays once when two calls of it overlap', async () => {
      const consent = await consentOf(mixun, atYi)
      const { spent } = await mixun.points()
      const ask = () => mixun.checkDefaults(atYi, { consent, requestId: 'twice', classes: ['B'] })
      const [first, second] = await Promise.all([ask(), ask()])
      expect(second.evidence).toEqual(first.evidence)
      expect((await mixun.points()).spent).toBe(spent + 2)
    })
  })

  describe('many inquiries', () => {
    it('run at once on one client, and on two clients of one home', async () => {
      await using second = await consortium.firm('jia').client()
      const subjects = [clear, atYi, atBoth, onList, blacklisted]
      const consents = await Promise.all(subjects.map(subject => consentOf(mixun, subject)))
      const verdicts = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const client = i % 4 === 0 ? second : mixun
          const subject = subjects[i % 5] as (typeof subjects)[number]
          const consent = consents[i % 5] as ConsentId
          const answer = await client.checkDefaults(subject, {
            consent,
            requestId: `many ${i}`,
            classes: ['A', 'B'],
          })
          return answer.verdict
        }),
      )
      const expected = ['clear', 'found', 'found', 'found', 'found']
      expect(verdicts).toEqual(Array.from({ length: 20 }, (_, i) => expected[i % 5]))
    })
  })

  describe('a consent', () => {
    it('of nobody, of another home or of another subject is refused before anything is recorded', async () => {
      const consent = await consentOf(mixun, atYi)
      await using yi = await consortium.firm('yi').client()
      const size = consortium.ledgerSize
      const unknown = '00112233445566778899aabbccddeeff' as ConsentId
      const ask = (client: Mixun, id: ConsentId) =>
        client.checkDefaults(clear, { consent: id, requestId: 'refused consent' })
      await expectCodeAsync('ERR_CONSENT_UNKNOWN', ask(mixun, unknown))
      await expectCodeAsync('ERR_CONSENT_UNKNOWN', ask(mixun, 'not hexadecimal' as ConsentId))
      await expectCodeAsync('ERR_CONSENT_UNKNOWN', ask(yi, consent))
      await expectCodeAsync('ERR_CONSENT_SUBJECT', ask(mixun, consent))
      expect(consortium.ledgerSize).toBe(size)
    })

    it('does not reach beyond its classes, its days and its uses', async () => {
      const narrow = await consentOf(mixun, clear, { classes: ['B'], maxUses: 1 })
      await expectCodeAsync(
        'ERR_CONSENT_SCOPE',
        mixun.checkDefaults(clear, { consent: narrow, requestId: 'wide', classes: ['B', 'C'] }),
      )
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 86_400_000 })
      try {
        await expectCodeAsync(
          'ERR_CONSENT_EXPIRED',
          mixun.checkDefaults(clear, { consent: narrow, requestId: 'late' }),
        )
      } finally {
        vi.useRealTimers()
      }
      await mixun.checkDefaults(clear, { consent: narrow, requestId: 'once' })
      const before = { size: consortium.ledgerSize, points: await mixun.points() }
      await expectCodeAsync(
        'ERR_CONSENT_EXHAUSTED',
        mixun.checkDefaults(clear, { consent: narrow, requestId: 'once more' }),
      )
      expect({ size: consortium.ledgerSize, points: await mixun.points() }).toEqual(before)
    })

    it('with impossible terms is refused and not recorded', async () => {
      const size = consortium.ledgerSize
      await expectCodeAsync('ERR_CONSENT_INVALID', consentOf(mixun, clear, { maxUses: 0 }))
      await expectCodeAsync('ERR_CONSENT_INVALID', consentOf(mixun, clear, { maxUses: Number.NaN }))
      await expectCodeAsync('ERR_CONSENT_INVALID', consentOf(mixun, clear, { validDays: -1 }))
      await expectCodeAsync('ERR_CONSENT_INVALID', consentOf(mixun, clear, { classes: [] }))
      expect(consortium.ledgerSize).toBe(size)
    })
  })

  it('insufficient points: nothing is recorded, and the same request goes through after a grant', async () => {
    await using ding = await consortium.firm('ding').client()
    const consent = await consentOf(ding, atBoth)
    const before = { size: consortium.ledgerSize, points: await ding.points() }
    const ask = () => ding.checkDefaults(atBoth, { consent, requestId: 'poor' })
    const error = await expectCodeAsync('ERR_POINTS_INSUFFICIENT', ask())
    expect(error.details).toMatchObject({ required: 304, available: 150 })
    expect({ size: consortium.ledgerSize, points: await ding.points() }).toEqual(before)
    await consortium.grant('ding', 1_000)
    const answer = await ask()
    expect(answer.records).toHaveLength(3)
    expect(await ding.points()).toEqual({ available: 846, reserved: 0, spent: 304, earned: 1_150 })
  })

  it('an inquiry that the caller aborted before its intent costs nothing', async () => {
    const consent = await consentOf(mixun, clear)
    const size = consortium.ledgerSize
    const signal = AbortSignal.abort()
    await expectCodeAsync(
      'ERR_CHANNEL_ABORTED',
      mixun.checkDefaults(clear, { consent, requestId: 'aborted', signal }),
    )
    expect(consortium.ledgerSize).toBe(size)
    const answer = await mixun.checkDefaults(clear, { consent, requestId: 'aborted' })
    expect(answer.verdict).toBe('clear')
  })

  it('an inquiry that was cut off behind its intent can be asked again under its request id', async () => {
    const consent = await consentOf(mixun, atYi)
    const controller = new AbortController()
    const size = consortium.ledgerSize
    const cut = mixun.checkDefaults(atYi, { consent, requestId: 'cut off', signal: controller.signal })
    const failed = expectCodeAsync('ERR_CHANNEL_ABORTED', cut)
    await vi.waitUntil(() => consortium.ledgerSize > size, { interval: 5, timeout: 30_000 })
    controller.abort()
    await failed
    const answer = await mixun.checkDefaults(atYi, { consent, requestId: 'cut off' })
    expect(answer.verdict).toBe('found')
  })

  it('a home of the wrong role, or that has not joined, opens no client', async () => {
    await expectCodeAsync('ERR_HOME_ROLE', Mixun.open(consortium.association.root))
    await expectCodeAsync('ERR_HOME_MISSING', Mixun.open(`${consortium.root}/nowhere`))
    const { config } = consortium.firm('jia').home
    Home.create(`${consortium.root}/new`, { ...config, party: { ...config.party, id: 'new' } })
    await expectCodeAsync('ERR_HOME_MISSING', Mixun.open(`${consortium.root}/new`))
    expectCode('ERR_HOME_ROLE', () => consortium.firm('jia').home.requireRole('association'))
  })

  it('a table that was damaged in the home folder is fetched again, not believed', async () => {
    const { paths } = consortium.firm('jia').home
    const files = [paths.table('yi', 'B', 1), paths.list('xiehui', 1)]
    expect(files.map(file => existsSync(file))).toEqual([true, true])
    const intact = files.map(file => readFileSync(file))
    for (const file of files) writeFileSync(file, 'damaged')
    await using fresh = await consortium.firm('jia').client()
    const consent = await consentOf(fresh, atYi)
    const answer = await fresh.checkDefaults(atYi, { consent, requestId: 'damaged', classes: ['A', 'B'] })
    expect(answer.verdict).toBe('found')
    expect(files.map(file => readFileSync(file))).toEqual(intact)
  })

  it('the logs of all daemons hold no subject, no record and no key', async () => {
    const parties = [consortium.association, ...['jia', 'yi', 'bing'].map(id => consortium.firm(id))]
    const log = parties.map(party => party.logText).join('')
    const defaults = [
      ...Object.values(PUBLISHED).flat(),
      ...CLASS_A,
      { subject: clear, kind: 'false-information' as const },
    ]
    const secrets = [...textsOfDefaults(defaults), ...parties.flatMap(textsOfKeys)]
    expect(log).toContain('"msg":"serving"')
    expect(leaksIn(`${log} resident-id:${atYi.reveal()}`, secrets)).toContain(atYi.reveal())
    expect(leaksIn(log, secrets)).toEqual([])
  })
})
