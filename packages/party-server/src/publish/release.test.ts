import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Subject } from '@mixun/core/domain'
import { systemRandom } from '@mixun/core/random'
import { expectCodeAsync } from '@mixun/core/testing'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import { encodedTableVersion, makeIndexedDelta, TableBook } from '@mixun/ot/sealed-table'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { type DefaultsAnswer, verifyEvidence } from '@mixun/sdk'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { release as releaseVerb } from '../cli/verbs/release.ts'
import { ReleaseClock } from '../daemon/release-clock.ts'
import { openLedgerAccess } from '../ledger/access.ts'
import { DecisionLog } from '../stores/decision-log.ts'
import { call, refusalOf } from '../testing/call.ts'
import { consentOf } from '../testing/clients.ts'
import { damaged } from '../testing/damage.ts'
import { CHECKER } from '../testing/records.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'
import { writeBook } from './book-files.ts'
import { encodeStoredDelta } from './delta-file.ts'
import { readPublishedTable } from './published-table.ts'
import { release } from './release.ts'

const KIND = 'contract-due-not-repaid'
const DAY_MS = 86_400_000
const [corrected, withdrawn, expiring, fresh] = [investor(1), investor(2), investor(3), investor(4)]
const late = investor(5)
const CURED = { subject: expiring, kind: KIND, status: 'cured', curedOn: '2020-01-01' } as const

let consortium: TestConsortium
let jia: TestParty
let yi: TestParty
let asked = 0

/** The registry, had there been this version of every table long ago. */
function withLaterVersion(registry: Registry, number: number): Registry {
  const tableVersion: Registry['tableVersion'] = (provider, recordClass, epoch, version) => {
    const found = registry.tableVersion(provider, recordClass, epoch, version === number ? 0 : version)
    return version === number && found !== undefined ? { ...found, version: number, createdAt: 0 } : found
  }
  return new Proxy(registry, {
    get: (target, name) => {
      const value: unknown = name === 'tableVersion' ? tableVersion : Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function ask(party: TestParty, subject: Subject): Promise<DefaultsAnswer> {
  await using mixun = await party.client()
  const consent = await consentOf(mixun, subject, { classes: ['B'] })
  return await mixun.checkDefaults(subject, { consent, requestId: `request-${asked++}` })
}

const statuses = async (party: TestParty, subject: Subject) => {
  const { records, missing } = await ask(party, subject)
  expect(missing).toEqual([])
  return records.map(record => record.status)
}

async function version(): Promise<number> {
  await using access = await openLedgerAccess(yi.home)
  return access.registry.currentTable('yi', 'B')?.version as number
}

async function withDamagedTable<T>(work: () => Promise<T>): Promise<T> {
  const file = yi.home.paths.table('yi', 'B', 1)
  const intact = readFileSync(file)
  writeFileSync(file, damaged(intact))
  const result = await work()
  writeFileSync(file, intact)
  return result
}

describe.each(SUITES_OF_RUN)('in suite %s', suite => {
  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite,
      firms: {
        jia: null,
        bing: null,
        yi: [
          { subject: corrected, kind: KIND },
          { subject: withdrawn, kind: KIND },
        ],
      },
      publishing: { deltaEveryMinutes: 1_440 },
    })
    jia = consortium.firm('jia')
    yi = consortium.firm('yi')
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  it('waits for the clock: ERR_RELEASE_EARLY', async () => {
    await expectCodeAsync('ERR_RELEASE_EARLY', release(yi.home))
    expect(await version()).toBe(0)
  })

  it('brings corrections, withdrawals and new subjects to a member, by deltas alone', async () => {
    expect(await statuses(jia, corrected)).toEqual(['open'])
    const [line] = await yi.release([
      { subject: corrected, kind: KIND, status: 'disputed' },
      { subject: withdrawn, kind: KIND, status: 'withdrawn' },
      { subject: fresh, kind: KIND },
      CURED,
    ])
    // A record whose time is over never enters the table.
    expect(line).toMatchObject({ class: 'B', version: 1, rows: 68, changes: 3, deferred: 0 })
    await withDamagedTable(async () => {
      expect(await statuses(jia, corrected)).toEqual(['disputed'])
      expect(await statuses(jia, withdrawn)).toEqual([])
      expect(await statuses(jia, fresh)).toEqual(['open'])
      expect(await statuses(jia, expiring)).toEqual([])
    })
  })

  it('makes a delta of the same length when nothing changed', async () => {
    const [line] = await yi.release()
    expect(line).toMatchObject({ version: 2, changes: 0 })
    const { paths } = yi.home
    const sizes = [1, 2].map(each => statSync(paths.delta('yi', 'B', 1, each)).size)
    expect(sizes[0]).toBe(sizes[1])
  })

  it('takes a record back that went out by a delta after which the process stopped', async () => {
    using own = new DatabaseSync(yi.home.paths.ownRecords)
    own.exec("CREATE TRIGGER full BEFORE INSERT ON own_records BEGIN SELECT RAISE(ABORT, 'full'); END")
    const wrong = { subject: investor(6), kind: KIND } as const
    await expect(yi.release([wrong])).rejects.toThrow('full')
    own.exec('DROP TRIGGER full')
    const [left] = await yi.release()
    expect(left).toMatchObject({ changes: null })
    expect(await statuses(jia, wrong.subject)).toEqual(['open'])
    await yi.release([{ ...wrong, status: 'withdrawn' }])
    expect(await statuses(jia, wrong.subject)).toEqual([])
  })

  it('evidence is checked against the version that the inquiry used', async () => {
    const { evidence } = await ask(jia, corrected)
    await yi.release([{ subject: corrected, kind: KIND, status: 'withdrawn' }])
    const later = await ask(jia, corrected)
    expect(later.records).toEqual([])
    await using access = await openLedgerAccess(jia.home)
    await verifyEvidence(evidence, access.registry, access.ledger)
    const [party] = evidence.parties
    const [newer] = later.evidence.parties
    if (party === undefined || newer === undefined) throw new Error('yi was asked')
    expect(newer.version).toBe(party.version + 1)
    // Neither the rows of one version under another, nor a version that was released after the intent.
    for (const changes of [
      { version: newer.version },
      { version: newer.version, root: newer.root },
      { version: 99 },
    ]) {
      const forged = { ...evidence, parties: [{ ...party, ...changes }] }
      await expectCodeAsync('ERR_VERIFY_ROOT', verifyEvidence(forged, access.registry, access.ledger))
    }
    // Nor one that was superseded a moment before the intent: it was before the withdrawal, or before a record.
    const { version, root, rows } = party
    const stale = { ...later.evidence, parties: [{ ...newer, version, root, rows }] }
    await verifyEvidence(later.evidence, access.registry, access.ledger)
    await expectCodeAsync('ERR_VERIFY_ROOT', verifyEvidence(stale, access.registry, access.ledger))
    // Nor one that an intent named some time after the next had come.
    const superseded = withLaterVersion(access.registry, newer.version + 1)
    await expectCodeAsync('ERR_VERIFY_ROOT', verifyEvidence(later.evidence, superseded, access.ledger))
  })

  it('a delta that a crash kept from the ledger is brought there, and one half made is made anew', async () => {
    const { home } = yi
    const next = (await version()) + 1
    writeFileSync(home.paths.book('B', 1, next), 'half made')
    await yi.release()
    expect(await version()).toBe(next)
    {
      await using access = await openLedgerAccess(home)
      const payload = access.registry.currentTable('yi', 'B')
      if (payload === undefined) throw new Error('the table is on the ledger')
      const published = readPublishedTable(home, access.registry, payload)
      const key = home.keys.openOprfKey('B', 1)
      const made = makeIndexedDelta({ ...published, key, changes: [], random: systemRandom })
      writeBook(home, 'B', 1, next + 1, TableBook.of(made.inserted))
      const file = home.paths.delta('yi', 'B', 1, next + 1)
      writeFileSync(file, encodeStoredDelta(made.commitment, made.delta))
    }
    const left = readFileSync(home.paths.delta('yi', 'B', 1, next + 1))
    const [line] = await yi.release()
    expect(line).toMatchObject({ version: next + 1, changes: null })
    expect(readFileSync(home.paths.delta('yi', 'B', 1, next + 1)).equals(left)).toBe(true)
    expect(await statuses(jia, fresh)).toEqual(['open'])
  })

  it('writes the table whole when the deltas have grown longer, and members take the shorter way', async () => {
    const { paths } = yi.home
    const table = { baseRowCount: 64 } as Parameters<typeof encodedTableVersion>[1]
    const fileVersion = () => encodedTableVersion(readFileSync(paths.table('yi', 'B', 1)), table)
    for (let i = 0; i < 8 && fileVersion() === 0; i++) await yi.release()
    expect(fileVersion()).toBe((await version()) - 1)
    const bing = consortium.firm('bing') // holds no version yet
    expect(await statuses(bing, fresh)).toEqual(['open'])
    expect(await statuses(jia, fresh)).toEqual(['open'])
    expect(existsSync(jia.home.paths.table('yi', 'B', 1))).toBe(true)
  })

  it('brings what a publication that the ledger refused would have brought', async () => {
    const { home } = consortium.association
    const setParameters = async (status: 'enabled' | 'retired') => {
      const ledger = openAssociationLedger(home)
      const now = Date.now()
      const change = { parameters: 'sealedtable_r512_c2', status, from: now }
      const { anchor } = ledger.registry
      await ledger.append(signEntry(home.identity, anchor, 'parameters', change, { now: () => now }))
      await ledger.close()
    }
    await setParameters('retired')
    await expectCodeAsync('ERR_PARAMETER_RETIRED', yi.publish([{ subject: late, kind: KIND }]))
    await setParameters('enabled')
    const [line] = await yi.release()
    expect(line).toMatchObject({ epoch: 1, changes: 1 })
    expect(await statuses(jia, late)).toEqual(['open'])
  })

  it('a check goes on while its provider releases', async () => {
    const [first] = await Promise.all([ask(jia, fresh), yi.release()])
    expect(first).toMatchObject({ verdict: 'found', missing: [] })
  })
})

describe('outside the tables', () => {
  beforeAll(async () => {
    consortium = await TestConsortium.found({
      firms: { yi: [], jia: null },
      publishing: { deltaEveryMinutes: 1_440, parameters: 'sealedtable_r256_c4' },
    })
    yi = consortium.firm('yi')
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  it('bytes of a row and rows a subject are the choice of the publisher', async () => {
    const days = ['01', '02', '03', '04', '05', '06', '07', '08'].map(day => `2025-05-${day}`)
    const made = days.map(occurredOn => ({ subject: fresh, kind: KIND, occurredOn }) as const)
    const [line] = await yi.release([...made, { subject: corrected, kind: KIND }])
    expect(line).toMatchObject({ changes: 2, unfit: 0 })
    const answer = await ask(consortium.firm('jia'), fresh)
    expect(answer.records.map(record => record.occurredOn)).toEqual(days)
    expect(answer.evidence.parties[0]?.rows).toHaveLength(4)
  })

  it('the clock of the daemon releases once a tick', async () => {
    await using access = await openLedgerAccess(yi.home)
    const before = await version()
    const view = { registry: access.registry, refresh: async () => {} } as ConstructorParameters<
      typeof ReleaseClock
    >[1]
    const clock = new ReleaseClock(yi.home, view, pino({ level: 'silent' }))
    clock.tick(Date.now())
    for (let i = 0; i < 3; i++) clock.tick(Date.now() + DAY_MS)
    await clock.close()
    expect(await version()).toBe(before + 1)
  })

  it('a provider that distributes no table refuses downloads, and its class is missing: ERR_TABLE_WITHHELD', async () => {
    const { config } = yi.home.paths
    writeFileSync(config, readFileSync(config, 'utf8').replace('withheld = []', "withheld = [ 'B' ]"))
    await yi.stop()
    await yi.publish([{ subject: fresh, kind: KIND }])
    await yi.start()
    const answer = await ask(consortium.firm('jia'), fresh)
    expect(answer).toMatchObject({
      verdict: 'incomplete',
      missing: [{ party: 'yi', class: 'B', code: 'ERR_TABLE_WITHHELD' }],
    })
    const sync = { from: consortium.firm('jia'), to: yi, parameters: 'tablesync_chunk262144' }
    const dataset = { provider: 'yi', class: 'B', epoch: 2 }
    const download = await call({ ...sync, protocol: 'table-sync', dataset })
    expect(await refusalOf(download)).toBe('ERR_TABLE_WITHHELD')
    const deltas = { protocol: 'delta-sync', parameters: 'deltasync_frame1', dataset }
    expect(await refusalOf(await call({ ...sync, ...deltas }))).toBe('ERR_TABLE_WITHHELD')
  })

  it('an urgent release is the logged decision of a checker', async () => {
    const args = ['--urgent', '--home', yi.root, '--json']
    const unsigned = await runVerb(releaseVerb, args)
    expect(codeIn(unsigned)).toBe('ERR_OPERATOR_UNKNOWN')
    const before = await version()
    const result = await runVerb(releaseVerb, [...args, '--operator', CHECKER, '--reason', 'court-order'])
    expect(JSON.parse(result.stdout)).toMatchObject({
      released: [{ class: 'B', version: before + 1 }, { class: 'C' }],
    })
    using log = new DecisionLog(yi.home.paths.decisions)
    expect(log.entries()).toMatchObject([
      { decision: 'urgent-release', operator: CHECKER, reason: 'court-order' },
    ])
  })
})
