import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { verifyConsistency } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { PartyLog } from './party-log.ts'

const event = (fill: number, inquirer = 'jia') => ({
  inquirer,
  class: 'B',
  epoch: 3,
  sessionId: new Uint8Array(32).fill(1),
  intentId: new Uint8Array(16).fill(fill),
  requestDigest: new Uint8Array(32).fill(3),
  code: null,
})

describe.each([intl, sm])('the tree of a party log in suite $id', suite => {
  const file = () => join(mkdtempSync(join(tmpdir(), 'mixun-log-tree-')), 'party-log.db')
  const open = (path: string) => new PartyLog(path, undefined, suite)

  function filled(path: string, inquirer = 'jia', count = 7): void {
    using log = open(path)
    for (let i = 0; i < count; i++) {
      log.asked(event(i, inquirer))
      log.answered(event(i, inquirer))
    }
  }

  /** Somebody who owns the file, and minds no trigger. */
  function tamper(path: string, sql: string): void {
    const database = new DatabaseSync(path)
    for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()) {
      database.exec(`DROP TRIGGER ${name}`)
    }
    database.exec(sql)
    database.close()
  }

  it('grows with every entry, and proves that it only grew', () => {
    const path = file()
    filled(path)
    using log = open(path)
    const before = log.tree.head()
    expect(before.size).toBe(14)
    log.refused({ ...event(9), code: 'ERR_EPOCH_STALE' })
    const after = log.tree.head()
    expect(after.size).toBe(15)
    const proof = log.tree.proveConsistency(before.size, after.size)
    expect(() =>
      verifyConsistency(suite.hash, before.size, after.size, proof, before.root, after.root),
    ).not.toThrow()
    expect(() => log.verify(before)).not.toThrow()
    expect(() => log.verify(null)).not.toThrow()
  })

  it.each([
    "UPDATE party_log SET inquirer = 'yi' WHERE sequence = 4",
    'UPDATE party_log SET at = at + 1 WHERE sequence = 4',
    'DELETE FROM party_log WHERE sequence = 4',
    'UPDATE party_log_nodes SET hash = zeroblob(32) WHERE number = 6',
  ])('finds a changed entry: ERR_PARTY_LOG after %s', sql => {
    const path = file()
    filled(path)
    tamper(path, sql)
    using log = open(path)
    const error = expectCode('ERR_PARTY_LOG', () => log.verify(null))
    expect(error.details).toEqual({ sequence: 4 })
  })

  it('finds an inner node that was changed, and entries that were cut off', () => {
    const path = file()
    filled(path)
    tamper(path, 'UPDATE party_log_nodes SET hash = zeroblob(32) WHERE number = 3')
    using log = open(path)
    expectCode('ERR_PARTY_LOG', () => log.verify(null))
    const cut = file()
    filled(cut)
    tamper(cut, 'DELETE FROM party_log WHERE sequence > 12')
    using shorter = open(cut)
    expectCode('ERR_PARTY_LOG', () => shorter.verify(null))
  })

  it('a log that was rewritten whole does not fit what is anchored on the ledger', () => {
    const [path, rewritten, shorter] = [file(), file(), file()]
    filled(path)
    using log = open(path)
    const anchored = log.tree.head()
    filled(rewritten, 'yi')
    using other = open(rewritten)
    expect(() => other.verify(null)).not.toThrow()
    expectCode('ERR_PARTY_LOG', () => other.verify(anchored))
    filled(shorter, 'jia', 3)
    using old = open(shorter)
    expectCode('ERR_PARTY_LOG', () => old.verify(anchored))
  })

  it('is made for a log of before', () => {
    const path = file()
    filled(path)
    tamper(path, 'DELETE FROM party_log_nodes')
    using log = open(path)
    expect(log.tree.size).toBe(14)
    expect(() => log.verify(null)).not.toThrow()
  })
})
