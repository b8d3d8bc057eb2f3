import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { toHex } from '@mixun/core/bytes'
import { MemoryTree } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { entryLeafHash } from '../ledger/entry.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { TestConsortium, JIA_ASKS } from '../testing/test-consortium.ts'
import { testBudget } from '../testing/test-rules.ts'
import { EntryStore } from './entry-store.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

const appender = fileURLToPath(new URL('../testing/append-forever.ts', import.meta.url))

let consortium: TestConsortium
let folder: string
let file: string

function open(
  changes: { origin?: string; busyTimeoutMs?: number; snapshotEntries?: number } = {},
): SqliteLedger {
  return openTestLedger(consortium, { file, ...changes })
}

async function opened(): Promise<SqliteLedger> {
  const ledger = open()
  await ledger.appendMany(consortium.opening())
  return ledger
}

/** Runs the appending process; `acknowledged` holds what it printed, whole lines only. */
function startAppender(count = Number.POSITIVE_INFINITY): {
  acknowledged: () => [number, string][]
  kill: () => void
  ended: Promise<number | null>
} {
  const child = spawn(process.execPath, [appender, file, consortium.suite.id, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', data => {
    output += String(data)
  })
  const ended = new Promise<number | null>(resolve => child.on('close', code => resolve(code)))
  const acknowledged = () =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line): [number, string] => [Number(line.split(' ')[0]), String(line.split(' ')[1])])
  return { acknowledged, kill: () => child.kill('SIGKILL'), ended }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5))
}

async function rootFromLeaves(ledger: SqliteLedger): Promise<Uint8Array> {
  const entries = await ledger.entries(0, 10_000)
  return new MemoryTree(
    consortium.suite.hash,
    entries.map(({ entry }) => entryLeafHash(consortium.suite, entryCodec.encode(entry))),
  ).root()
}

describe.each([intl, sm])('in suite $id', suite => {
  beforeEach(() => {
    consortium = new TestConsortium(undefined, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-durability-'))
    file = join(folder, 'ledger.sqlite')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  describe('an acknowledged entry is never lost', () => {
    test('the process is killed right after an acknowledgement', async () => {
      await (await opened()).close()
      for (const enough of [1, 12]) {
        const child = startAppender()
        await until(() => child.acknowledged().length >= enough)
        child.kill()
        await child.ended
        const ledger = open()
        const ids = new Map(
          (await ledger.entries(0, 10_000)).map(({ index, entry }) => [index, toHex(entry.id)]),
        )
        for (const [index, id] of child.acknowledged()) expect(ids.get(index)).toBe(id)
        expect((await ledger.checkpoint()).root).toEqual(await rootFromLeaves(ledger))
        ledger.verify()
        await ledger.append(consortium.anyEntry())
        await ledger.close()
      }
    })

    test('two processes and this one append to one file', async () => {
      const ledger = await opened()
      const children = [startAppender(25), startAppender(25)]
      const own: number[] = []
      for (let i = 0; i < 25; i++) {
        const { receipt } = await ledger.append(consortium.entry('yi', 'consent', consortium.consent('yi')))
        own.push(receipt.index)
        await new Promise(resolve => setTimeout(resolve, 1))
      }
      expect(await Promise.all(children.map(child => child.ended))).toEqual([0, 0])
      const indices = [...own, ...children.flatMap(child => child.acknowledged().map(([index]) => index))]
      expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 75 }, (_, i) => 7 + i))
      expect((await ledger.checkpoint()).root).toEqual(await rootFromLeaves(ledger))
      ledger.verify()
      await ledger.close()
    })

    test('what another process writes while this one catches up is counted once', async () => {
      const ledger = await opened()
      const other = open()
      await other.append(consortium.anyEntry())
      const before = await other.balance('jia')
      const consent = consortium.consent('jia')
      const intent = consortium.intent(consent, JIA_ASKS)
      const entries = [consortium.entry('jia', 'consent', consent), consortium.entry('jia', 'intent', intent)]
      const { stateEntries } = EntryStore.prototype
      vi.spyOn(EntryStore.prototype, 'stateEntries').mockImplementationOnce(function (
        this: EntryStore,
        from,
      ) {
        void other.appendMany(entries)
        return stateEntries.call(this, from)
      })
      expect(await ledger.balance('jia')).toEqual(before)
      const after = await other.balance('jia')
      expect(after).not.toEqual(before)
      expect(await ledger.balance('jia')).toEqual(after)
      await ledger.close()
      await other.close()
    })

    test('a file that another process writes to is verified as it stood', async () => {
      const ledger = await opened()
      const other = open()
      const { nodeCount } = EntryStore.prototype
      vi.spyOn(EntryStore.prototype, 'nodeCount').mockImplementationOnce(function (this: EntryStore) {
        void other.appendMany([consortium.anyEntry()])
        return nodeCount.call(this)
      })
      const { size } = ledger
      ledger.verify()
      expect(ledger.size).toBe(size + 1)
      await ledger.close()
      await other.close()
    })

    test('a transaction that fails half-way writes nothing, and the ledger goes on', async () => {
      const ledger = await opened()
      const { size } = ledger
      const database = new DatabaseSync(file)
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON nodes WHEN new.number = ${2 * (size + 1)}
      BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
      const entries = [1, 2, 3].map(() => consortium.anyEntry())
      await expect(ledger.appendMany(entries)).rejects.toThrow('disk full')
      expect(ledger.size).toBe(size)
      database.exec('DROP TRIGGER full')
      database.close()
      expect((await ledger.appendMany(entries)).map(({ status }) => status)).toEqual(
        Array(3).fill('fulfilled'),
      )
      ledger.verify()
      await ledger.close()
    })

    test('an entry that is refused does not hold up the others of its batch', async () => {
      const ledger = await opened()
      const good = () => consortium.anyEntry()
      const bad = consortium.entry('jia', 'consent', consortium.consent('yi'))
      const results = await ledger.appendMany([good(), bad, good()])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(ledger.size).toBe(9)
      ledger.verify()
      await ledger.close()
    })
  })

  describe('the file', () => {
    test('is append-only for every statement, REPLACE too', async () => {
      const ledger = await opened()
      await ledger.checkpoint()
      await ledger.close()
      const database = new DatabaseSync(file)
      database.exec('PRAGMA recursive_triggers = ON')
      for (const table of ['ledger', 'entries', 'nodes', 'points', 'checkpoints']) {
        expect(() => database.exec(`DELETE FROM ${table}`)).toThrow('append-only')
        const replace = `INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`
        expect(() => database.exec(replace)).toThrow('append-only')
      }
      expect(() => database.exec('UPDATE entries SET sequenced_at = 0')).toThrow('append-only')
      database.close()
    })

    test('of another ledger, or of no ledger at all, is not opened', async () => {
      await (await opened()).close()
      expectCode('ERR_LEDGER_FOREIGN', () => open({ origin: 'ledger.example/other' }))
      expectCode('ERR_LEDGER_CHECKPOINT', () => open({ origin: 'no key name' }))
      const database = new DatabaseSync((file = join(folder, 'other.sqlite')))
      database.exec('CREATE TABLE notes (text TEXT)')
      database.close()
      expectCode('ERR_LEDGER_FOREIGN', () => open())
      writeFileSync(
        (file = join(folder, 'text.sqlite')),
        'not a database, but longer than a header of one '.repeat(50),
      )
      expectCode('ERR_LEDGER_CORRUPT', () => open())
    })

    const damages = {
      'newest entry': 'UPDATE nodes SET hash = zeroblob(32) WHERE number = 14',
      'inner nodes': 'DELETE FROM nodes WHERE number % 8 = 3',
      'newest checkpoint': "UPDATE checkpoints SET text = replace(text, '7', '8')",
      'newest checkpoint of a longer log': 'DELETE FROM entries WHERE position >= 5',
    }
    for (const [what, damage] of Object.entries(damages)) {
      test(`whose ${what} does not fit its tree is not opened`, async () => {
        const ledger = await opened()
        await ledger.checkpoint()
        if (what === 'newest entry') await ledger.append(consortium.anyEntry())
        await ledger.close()
        const database = new DatabaseSync(file)
        for (const { name } of database
          .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
          .all()) {
          database.exec(`DROP TRIGGER ${String(name)}`)
        }
        database.exec(`PRAGMA foreign_keys = OFF; ${damage}`)
        database.close()
        expect(expectCode('ERR_LEDGER_CORRUPT', () => open()).retryable).toBe(false)
      })
    }

    test('that another process holds for too long is busy', async () => {
      const ledger = await opened()
      await ledger.close()
      const impatient = open({ busyTimeoutMs: 10 })
      const database = new DatabaseSync(file)
      database.exec('BEGIN IMMEDIATE')
      const entry = consortium.anyEntry()
      const error = await expectCodeAsync('ERR_LEDGER_BUSY', impatient.append(entry))
      expect(error.retryable).toBe(true)
      database.exec('ROLLBACK')
      database.close()
      await impatient.append(entry)
      await impatient.close()
    })
  })

  test.each([2, 1_000])(
    'a ledger that was opened anew counts budgets from all intents, and knows which consents were withdrawn; snapshots every %i entries',
    async snapshotEntries => {
      let ledger = open({ snapshotEntries })
      await ledger.appendMany(consortium.opening())
      const asked = consortium.consent('jia', { maxUses: 3 })
      await ledger.append(consortium.entry('jia', 'consent', asked))
      const intent = consortium.intent(asked, JIA_ASKS)
      await ledger.append(consortium.entry('jia', 'intent', intent))
      await ledger.append(consortium.anyEntry())
      await ledger.append(
        consortium.entry('xiehui', 'budget', testBudget('jia', { perDay: { A: 0, B: 1, C: 0 } })),
      )
      const intents = [intent.intentId]
      const withdrawn = { consentId: asked.consentId, reason: 'subject-withdrew', intents } as const
      await ledger.close()
      ledger = open({ snapshotEntries })
      const again = () => ledger.append(consortium.entry('jia', 'intent', consortium.intent(asked, JIA_ASKS)))
      await expectCodeAsync('ERR_BUDGET_EXCEEDED', again())
      await ledger.append(consortium.entry('jia', 'consent-withdrawn', withdrawn))
      await ledger.close()
      ledger = open()
      await expectCodeAsync('ERR_CONSENT_WITHDRAWN', again())
      ledger.verify()
      await ledger.close()
    },
  )

  test('a ledger that opens from its snapshot holds what all its entries add up to', async () => {
    let ledger = open({ snapshotEntries: 3 })
    await ledger.appendMany(consortium.opening())
    const asked = consortium.consent('jia', { maxUses: 1 })
    const intent = consortium.intent(asked, JIA_ASKS)
    await ledger.append(consortium.entry('jia', 'consent', asked))
    await ledger.append(consortium.entry('jia', 'intent', intent))
    const parties = ['jia', 'yi', 'bing']
    const balances = await Promise.all(parties.map(party => ledger.balance(party)))
    await ledger.close()
    ledger = open({ snapshotEntries: 3 })
    expect(await Promise.all(parties.map(party => ledger.balance(party)))).toEqual(balances)
    expect(balances[0]).toMatchObject({ reserved: 6, available: 104 })
    expect(ledger.registry.consent(asked.consentId)).toMatchObject({ consent: asked, uses: 1 })
    expect(ledger.registry.intent(intent.intentId)).toMatchObject({ intent, outcomeIndex: null })
    await expectCodeAsync(
      'ERR_CONSENT_EXHAUSTED',
      ledger.append(consortium.entry('jia', 'intent', consortium.intent(asked, JIA_ASKS))),
    )
    const outcome = consortium.outcome(intent, ['evaluated', 'evaluated'])
    await ledger.append(consortium.entry('jia', 'outcome', outcome))
    expect(await ledger.balance('jia')).toMatchObject({ reserved: 0, spent: 6 })
    ledger.verify()
    await ledger.close()
  })
})
