import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { verifyInclusion } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signCheckpoint } from '../checkpoint/checkpoint.ts'
import { signAppendReceipt } from '../ledger/append-receipt.ts'
import { entryLeafHash } from '../ledger/entry.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { ledgerWith, openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TEST_ORIGIN, TestConsortium, JIA_ASKS } from '../testing/test-consortium.ts'
import { LedgerMirror } from './ledger-mirror.ts'

let consortium: TestConsortium
let ledger: SqliteLedger
let folder: string
let mirror: LedgerMirror

const file = () => join(folder, 'mirror.sqlite')
const openMirror = () => openTestMirror(consortium, 'jia', { file: file() })
const register = (count: number) => ledger.appendMany(consortium.anyEntries(count))

/** Changes the file behind the triggers' back, as a broken disk or an intruder would. */
function tamper(change: (database: DatabaseSync) => void): void {
  mirror.close()
  const database = new DatabaseSync(file())
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER ${String(name)}`)
  }
  change(database)
  database.close()
}

/** Flips the lowest bit of one byte of a stored entry; a negative offset counts from its end. */
const flip = (position: number, offset: number) => (database: DatabaseSync) => {
  const row = database.prepare('SELECT bytes FROM entries WHERE position = ?').get(position)
  const bytes = row?.['bytes'] as Uint8Array
  const changed = bytes.with(offset, (bytes.at(offset) as number) ^ 1)
  database.prepare('UPDATE entries SET bytes = ? WHERE position = ?').run(changed, position)
}

/** Signs another root of that size, as an association that wants to deny its first one could. */
const forgeCheckpoint = (size: number) => (database: DatabaseSync) => {
  const { association } = consortium
  const { text } = signCheckpoint(association, { origin: TEST_ORIGIN, size, root: consortium.bytes(32) })
  database.prepare('UPDATE checkpoints SET text = ? WHERE size = ?').run(text, size)
}

const run = (sql: string) => (database: DatabaseSync) => database.exec(sql)

describe.each([intl, sm])('in suite $id', suite => {
  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    ledger = openTestLedger(consortium)
    await ledger.appendMany(consortium.opening())
    folder = mkdtempSync(join(tmpdir(), 'mixun-mirror-'))
    mirror = openMirror()
  })

  afterEach(async () => {
    mirror.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  describe('LedgerMirror', () => {
    test('holds what the ledger holds: entries, registry, points, proofs', async () => {
      expect(mirror.checkpoint).toBeNull()
      await register(150)
      const consent = consortium.consent('jia')
      const intent = consortium.intent(consent, JIA_ASKS)
      await ledger.append(consortium.entry('jia', 'consent', consent))
      await ledger.append(consortium.entry('jia', 'intent', intent))
      const checkpoint = await mirror.sync(ledger)
      expect(checkpoint).toEqual(await ledger.checkpoint())
      expect(mirror.checkpoint).toEqual(checkpoint)
      expect(mirror.entries(0, 1000)).toEqual(await ledger.entries(0, 1000))
      expect(mirror.registry.members()).toEqual(ledger.registry.members())
      expect(mirror.registry.intent(intent.intentId)).toEqual(ledger.registry.intent(intent.intentId))
      expect(mirror.balance('jia')).toEqual(await ledger.balance('jia'))
      expect(mirror.pointsEvents()).toEqual(ledger.pointsEvents())
      for (const { index, entry } of mirror.entries(0, 1000)) {
        const leaf = entryLeafHash(suite, entryCodec.encode(entry))
        verifyInclusion(
          suite.hash,
          index,
          checkpoint.size,
          leaf,
          mirror.proveInclusion(index),
          checkpoint.root,
        )
      }
      mirror.verify()
    })

    test('goes on from where it stood, also after it was opened anew, and when nothing is new', async () => {
      for (const count of [0, 1, 70, 0]) {
        await register(count)
        const checkpoint = await mirror.sync(ledger)
        expect(mirror.size).toBe(checkpoint.size)
        mirror.close()
        mirror = openMirror()
        expect(mirror.checkpoint).toEqual(checkpoint)
        expect(mirror.balance('jia').available).toBe(110)
      }
      mirror.verify()
    })

    test('takes syncs that overlap one after the other, and two processes on one file', async () => {
      await register(100)
      const second = openMirror()
      const heads = await Promise.all([
        mirror.sync(ledger),
        second.sync(ledger),
        mirror.sync(ledger),
        second.sync(ledger),
      ])
      expect(new Set(heads.map(head => head.text)).size).toBe(1)
      expect(second.balance('jia')).toEqual(mirror.balance('jia'))
      second.verify()
      second.close()
    })

    test('keeps verified entries of an interrupted sync', async () => {
      await register(100)
      let pages = 0
      const interrupted = ledgerWith(ledger, {
        entries: async (from, limit) => {
          if (pages++ === 1) throw new Error('the network is gone')
          return ledger.entries(from, limit)
        },
      })
      await expect(mirror.sync(interrupted)).rejects.toThrow('the network is gone')
      expect(mirror.size).toBe(64)
      expect(mirror.checkpoint).toBeNull()
      mirror.verify()
      expect((await mirror.sync(ledger)).size).toBe(mirror.size)
    })
  })

  describe('LedgerMirror takes nothing on trust', () => {
    test('a ledger that shows another history is a fork, with both checkpoints as evidence', async () => {
      const first = await mirror.sync(ledger)
      const other = openTestLedger(consortium)
      await other.appendMany(consortium.opening())
      await other.append(consortium.entry('yi', 'consent', consortium.consent('yi')))
      const error = await expectCodeAsync('ERR_LEDGER_FORK', mirror.sync(other))
      expect(error.details).toMatchObject({
        reason: 'inconsistent',
        firstSize: first.size,
        secondSize: first.size + 1,
        firstCheckpoint: first.text,
        secondCheckpoint: (await other.checkpoint()).text,
      })
      expect(mirror.size).toBe(first.size)
      mirror.verify()
    })

    test('a ledger that went back is a fork', async () => {
      const early = await ledger.checkpoint()
      await register(1)
      await mirror.sync(ledger)
      const error = await expectCodeAsync(
        'ERR_LEDGER_FORK',
        mirror.sync(ledgerWith(ledger, { checkpoint: async () => early })),
      )
      expect(error.details).toMatchObject({ reason: 'rollback', secondCheckpoint: early.text })
    })

    test('a checkpoint that the entries do not add up to is a fork, on the last page and before it', async () => {
      for (const count of [0, 100]) {
        await register(count)
        const { size } = await ledger.checkpoint()
        const root = consortium.bytes(32)
        const head = signCheckpoint(consortium.association, { origin: TEST_ORIGIN, size, root })
        await expectCodeAsync(
          'ERR_LEDGER_FORK',
          mirror.sync(ledgerWith(ledger, { checkpoint: async () => head })),
        )
        expect(mirror.size).toBe(0)
      }
      expect(mirror.registry.genesis).toBeNull()
    })

    test('an entry that goes by its date, and was sequenced an hour after it, is refused', async () => {
      const sequencedAt = TEST_NOW + 3_600_000
      const { signingKey } = consortium.association
      const entries: Ledger['entries'] = async (from, limit) =>
        (await ledger.entries(from, limit)).map(stored => {
          const { index, entry, bytes } = stored
          const leafHash = entryLeafHash(suite, bytes)
          const receipt = signAppendReceipt(consortium.anchor, signingKey, {
            entryId: entry.id,
            index,
            leafHash,
            sequencedAt,
          })
          return new StoredEntry({ index, bytes, sequencedAt, receiptSignature: receipt.signature })
        })
      const error = await expectCodeAsync('ERR_LEDGER_RULES', mirror.sync(ledgerWith(ledger, { entries })))
      expect(error.details).toMatchObject({ index: 4, rule: 'ERR_LEDGER_CLOCK' }) // the first table
    })

    test('a checkpoint of another key is refused', async () => {
      const other = consortium.identity('yi')
      const head = signCheckpoint(other, { origin: TEST_ORIGIN, size: 1, root: consortium.bytes(32) })
      await expectCodeAsync(
        'ERR_LEDGER_CHECKPOINT',
        mirror.sync(ledgerWith(ledger, { checkpoint: async () => head })),
      )
      expectCode('ERR_LEDGER_CHECKPOINT', () => mirror.compare(head.text))
      expect(mirror.size).toBe(0)
    })

    test('entries without the sequencer’s signature, changed or withheld are refused', async () => {
      const lies: Ledger['entries'][] = [
        async () => [],
        async (from, limit) => (await ledger.entries(from, limit)).toReversed(),
        async (from, limit) =>
          (await ledger.entries(from, limit)).map(
            stored => new StoredEntry({ ...stored, sequencedAt: stored.sequencedAt + 1 }),
          ),
        async (from, limit) =>
          (await ledger.entries(from, limit)).map(stored => {
            const bytes = entryCodec.encode({ ...stored.entry, id: new Uint8Array(16) })
            return new StoredEntry({ ...stored, bytes })
          }),
      ]
      for (const entries of lies) {
        await expectCodeAsync('ERR_LEDGER_RECEIPT', mirror.sync(ledgerWith(ledger, { entries })))
      }
      expect(mirror.size).toBe(0)
    })

    test('an entry that the ledger should have refused is named with index and rule', async () => {
      const lenient = openTestLedger(consortium, {
        verifiers: { ...consortium.verifiers, verifyIntent: () => {} },
      })
      await lenient.appendMany(consortium.opening())
      const consent = consortium.consent('jia')
      await lenient.append(consortium.entry('jia', 'consent', consent))
      const unproven = consortium.intent(consent, JIA_ASKS, {}, consortium.bytes(64))
      await lenient.append(consortium.entry('jia', 'intent', unproven))
      const error = await expectCodeAsync('ERR_LEDGER_RULES', mirror.sync(lenient))
      expect(error.details).toMatchObject({ index: 8, rule: 'ERR_VERIFY_BLINDING' })
      expect(mirror.size).toBe(0)
    })

    test("a peer's checkpoint is compared with the own tree", async () => {
      const early = await ledger.checkpoint()
      await register(3)
      await mirror.sync(ledger)
      expect(mirror.compare(early.text)).toEqual(early)
      await register(1)
      const late = await ledger.checkpoint()
      expect(mirror.compare(late.text)).toEqual(late)
      const { association } = consortium
      const fork = signCheckpoint(association, { origin: TEST_ORIGIN, size: 5, root: consortium.bytes(32) })
      const error = expectCode('ERR_LEDGER_FORK', () => mirror.compare(fork.text))
      expect(error.details).toMatchObject({
        firstCheckpoint: mirror.checkpoint?.text,
        secondCheckpoint: fork.text,
      })
    })

    test('a file of another ledger is not opened', async () => {
      mirror.close()
      const anchors = [
        { ...consortium.anchor, origin: 'ledger.example/other' },
        { ...consortium.anchor, association: { ...consortium.anchor.association, partyId: 'other' } },
        {
          ...consortium.anchor,
          association: { partyId: 'xiehui', publicKey: consortium.bytes(suite.publicKeyBytes) },
        },
      ]
      for (const anchor of anchors) {
        const options = { file: file(), anchor, verifiers: consortium.verifiers }
        expectCode('ERR_LEDGER_FOREIGN', () => LedgerMirror.open(options))
      }
      mirror = openMirror()
      expect(mirror.size).toBe(0)
    })
  })

  describe('LedgerMirror.verify', () => {
    const cases: [string, (database: DatabaseSync) => void, object][] = [
      ['a flipped payload byte', flip(4, 150), { index: 4 }],
      ['a flipped byte of an encoding', flip(4, 0), { index: 4 }],
      ['a flipped byte of a signature', flip(4, -1), { index: 4 }],
      ['a flipped byte of the newest entry', flip(6, 150), { index: 6 }],
      [
        'a changed time',
        run('UPDATE entries SET sequenced_at = sequenced_at + 1 WHERE position = 3'),
        { index: 3 },
      ],
      ['another id', run("UPDATE entries SET id = x'00' WHERE position = 2"), { index: 2 }],
      [
        'a changed points event',
        run('UPDATE points SET amount = amount + 1 WHERE position = 2'),
        { index: 2 },
      ],
      ['a deleted points event', run('DELETE FROM points WHERE position = 2'), { index: 2 }],
      ['a changed tree node', run('UPDATE nodes SET hash = zeroblob(32) WHERE number = 2'), { index: 1 }],
      ['an extra tree node', run('INSERT INTO nodes VALUES (511, zeroblob(32))'), {}],
      [
        'a removed entry',
        run('PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE position = 4'),
        { index: 4 },
      ],
      ['a forged checkpoint', forgeCheckpoint(3), {}],
      [
        'a changed checkpoint',
        run("UPDATE checkpoints SET text = replace(text, 'a', 'b') WHERE size = 3"),
        {},
      ],
    ]
    for (const [what, change, details] of cases) {
      test(`finds ${what}`, async () => {
        ledger = openTestLedger(consortium)
        const entries = consortium.opening()
        await ledger.appendMany(entries.slice(0, 3))
        await mirror.sync(ledger)
        await ledger.appendMany(entries.slice(3))
        await mirror.sync(ledger)
        mirror.verify()
        tamper(change)
        const error = expectCode('ERR_LEDGER_CORRUPT', () => {
          mirror = openMirror()
          mirror.verify()
        })
        expect(error.details).toMatchObject(details)
      })
    }
  })
})
