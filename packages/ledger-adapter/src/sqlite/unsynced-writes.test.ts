import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { concat, toHex } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { openLedgerDatabase } from './database.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

// What a power failure leaves of writes that no sync has confirmed: a disk writes them in any order, in sectors, whole
// or not at all. SQLite syncs the log at every commit, and the database before the log is used from its start again
// (https://sqlite.org/wal.html); the images below are built from copies at these moments.

const SECTOR_BYTES = 512

/** Database and write-ahead log at one moment. */
interface Image {
  readonly database: Uint8Array
  readonly log: Uint8Array
}

describe.each([intl, sm])('in suite $id', suite => {
  let consortium: TestConsortium
  let folder: string
  let file: string
  let ledger: SqliteLedger
  let acknowledged: LedgerEntry[]
  const random = seededRandom(`unsynced ${suite.id}`)

  const open = (path: string) => openTestLedger(consortium, { file: path })
  const consent = () => consortium.anyEntry()
  const image = (): Image => ({
    database: readFileSync(file),
    log: existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : new Uint8Array(0),
  })
  const append = async (entry: LedgerEntry) => {
    await ledger.append(entry)
    acknowledged.push(entry)
  }

  /** Starts from what the disk has; all that was acknowledged is there, and what was not can be sent again. */
  async function recover({ database, log }: Image, pending: LedgerEntry): Promise<boolean> {
    const path = join(folder, 'recovered')
    for (const left of [path, `${path}-wal`, `${path}-shm`]) rmSync(left, { force: true })
    writeFileSync(path, database)
    writeFileSync(`${path}-wal`, log)
    const recovered = open(path)
    try {
      const ids = (await recovered.entries(0, 1_000)).map(({ entry }) => toHex(entry.id))
      const wanted = acknowledged.map(({ id }) => toHex(id))
      expect(ids.slice(0, wanted.length)).toEqual(wanted)
      const hadPending = ids.length > wanted.length
      expect(ids.slice(wanted.length)).toEqual(hadPending ? [toHex(pending.id)] : [])
      recovered.verify()
      const { receipt } = await recovered.append(pending)
      expect(receipt.index).toBe(wanted.length)
      expect(recovered.size).toBe(wanted.length + 1)
      return hadPending
    } finally {
      await recovered.close()
    }
  }

  /** Of the sectors in which two states differ, some of the new ones, drawn at random. */
  function someSectors(before: Uint8Array, after: Uint8Array): Uint8Array {
    const mixed = concat(
      before.subarray(0, after.length),
      new Uint8Array(Math.max(0, after.length - before.length)),
    )
    for (let at = 0; at < after.length; at += SECTOR_BYTES) {
      if ((random.bytes(1)[0] as number) < 128) mixed.set(after.subarray(at, at + SECTOR_BYTES), at)
    }
    return mixed
  }

  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-unsynced-'))
    file = join(folder, 'ledger.db')
    ledger = open(file)
    acknowledged = consortium.opening()
    await ledger.appendMany(acknowledged)
    await append(consent())
  })
  afterEach(async () => {
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  test('every commit is synced before it is acknowledged', () => {
    const { association, anchor } = consortium
    expect(anchor.association.partyId).toBe(association.partyId)
    using database = openLedgerDatabase(file, anchor, 0)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
  })

  test('a commit whose log was cut or written in part is there whole or not at all', async () => {
    const before = image()
    const pending = consent()
    await ledger.append(pending)
    const after = image()
    expect(after.log.length).toBeGreaterThan(before.log.length)
    const outcomes = new Set<boolean>()
    const tail = after.log.length - before.log.length
    for (let i = 0; i <= 8; i++) {
      const cut = after.log.subarray(0, before.log.length + Math.floor((tail * i) / 8))
      outcomes.add(await recover({ database: before.database, log: cut }, pending))
    }
    for (let i = 0; i < 8; i++) {
      const log = someSectors(before.log, after.log)
      // What was synced before is on the disk.
      log.set(before.log)
      outcomes.add(await recover({ database: before.database, log }, pending))
    }
    expect(outcomes).toEqual(new Set([true, false]))
  })

  test('a log that was brought into the database in part loses nothing', async () => {
    const before = image()
    const writer = new DatabaseSync(file)
    writer.exec('PRAGMA wal_checkpoint(PASSIVE)')
    const after = image()
    writer.close()
    expect(after.log).toEqual(before.log)
    expect(after.database).not.toEqual(before.database)
    const pending = consent()
    for (let i = 0; i < 12; i++) {
      const database = someSectors(before.database, after.database)
      expect(await recover({ database, log: before.log }, pending)).toBe(false)
    }
  })

  test('a log that is begun anew over the old one loses nothing', async () => {
    const writer = new DatabaseSync(file)
    writer.exec('PRAGMA wal_checkpoint(PASSIVE)')
    writer.close()
    const before = image()
    const pending = consent()
    await ledger.append(pending)
    const after = image()
    expect(after.log.subarray(0, 32)).not.toEqual(before.log.subarray(0, 32))
    const outcomes = new Set<boolean>()
    outcomes.add(await recover({ database: before.database, log: after.log }, pending))
    for (let i = 0; i < 12; i++) {
      const log = someSectors(before.log, after.log)
      outcomes.add(await recover({ database: before.database, log }, pending))
    }
    expect(outcomes).toEqual(new Set([true, false]))
  })

  test('a model that loses what was synced is found out', async () => {
    const { database, log } = image()
    const cut = log.subarray(0, log.length - SECTOR_BYTES)
    await expect(recover({ database, log: cut }, consent())).rejects.toThrow('expected')
  })
})
