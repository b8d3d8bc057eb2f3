import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expectCode } from '@mixun/core/testing'
import { expect, it, vi } from 'vitest'
import { PartyLog } from './party-log.ts'
import type { PartyLogEvent } from './party-log-entry.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'mixun-log-')), 'party-log.db')
const event: PartyLogEvent = {
  inquirer: 'yi',
  class: 'B',
  epoch: 3,
  sessionId: new Uint8Array(32).fill(1),
  intentId: new Uint8Array(16).fill(2),
  requestDigest: new Uint8Array(32).fill(3),
  code: null,
}

it('records an evaluation before it is made, once an intent and class', () => {
  using log = new PartyLog(file())
  log.asked(event)
  expectCode('ERR_INTENT_REPLAYED', () => log.asked(event))
  log.asked({ ...event, class: 'C' })
  log.answered(event)
  expect(log.entries().map(entry => `${entry.event} ${entry.class}`)).toEqual([
    'asked B',
    'asked C',
    'answered B',
  ])
})

it('a question is closed by the first refusal that gives points back, or by its evaluation, for good', () => {
  const path = file()
  const intentId = event.intentId as Uint8Array
  {
    using log = new PartyLog(path)
    log.asked(event)
    expect(log.close(intentId, 'B', 'ERR_INTERNAL')).toBeNull()
    expect(log.close(intentId, 'C', 'ERR_INTERNAL')).toBe('ERR_INTERNAL')
  }
  using log = new PartyLog(path)
  expect(log.close(intentId, 'C', 'ERR_LIMIT_SESSIONS')).toBe('ERR_INTERNAL')
  expectCode('ERR_INTERNAL', () => log.asked({ ...event, class: 'C' }))
  expectCode('ERR_INTERNAL', () => log.requireOpen(intentId, 'C'))
  log.requireOpen(intentId, 'A')
  expect(log.entries()).toHaveLength(1)
})

it('refuses more evaluations than one key may make, also after a restart: ERR_LIMIT_KEY_USE', () => {
  const path = file()
  const ask = (log: PartyLog, i: number, change: Partial<PartyLogEvent> = {}) =>
    log.asked({ ...event, intentId: new Uint8Array(16).fill(i), ...change })
  {
    using log = new PartyLog(path, 3)
    ask(log, 1)
    ask(log, 2)
    expectCode('ERR_INTENT_REPLAYED', () => ask(log, 2))
    log.refused({ ...event, code: 'ERR_INTENT_REPLAYED' })
  }
  using log = new PartyLog(path, 3)
  ask(log, 3)
  expectCode('ERR_LIMIT_KEY_USE', () => ask(log, 4))
  // Another class or epoch has another key.
  ask(log, 4, { class: 'C' })
  ask(log, 5, { epoch: 4 })
  expect(log.entries().filter(entry => entry.event === 'asked')).toHaveLength(5)
})

it('counts the evaluations of a log that was written before they were counted', () => {
  const path = file()
  new PartyLog(path)[Symbol.dispose]()
  const raw = new DatabaseSync(path)
  raw.exec('DROP TRIGGER party_log_count; DROP TABLE key_use')
  raw.exec(`INSERT INTO party_log (at, event, inquirer, class, epoch, session_id, intent_id)
    VALUES (1, 'asked', 'yi', 'B', 3, x'00', x'01'), (1, 'asked', 'yi', 'B', 3, x'00', x'02')`)
  raw.close()
  using log = new PartyLog(path, 2)
  expectCode('ERR_LIMIT_KEY_USE', () => log.asked(event))
})

it('cannot be rewritten, and survives being reopened', () => {
  const path = file()
  const log = new PartyLog(path)
  log.asked(event)
  log[Symbol.dispose]()
  const raw = new DatabaseSync(path)
  expect(() => raw.exec(`UPDATE party_log SET inquirer = 'ding'`)).toThrow('append-only')
  expect(() => raw.exec('DELETE FROM party_log')).toThrow('append-only')
  raw.close()
  using reopened = new PartyLog(path)
  expect(reopened.entries()).toHaveLength(1)
  expectCode('ERR_INTENT_REPLAYED', () => reopened.asked(event))
})

it('syncs what is asked, and does not sync again for what came of it', () => {
  using log = new PartyLog(file())
  const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
  const modes = (write: () => void) => {
    exec.mockClear()
    write()
    const statements = exec.mock.calls.map(([sql]) => sql)
    return statements.filter(sql => sql.includes('synchronous')).map(sql => sql.split(' = ')[1])
  }
  try {
    expect(modes(() => log.asked(event))).toEqual([])
    expect(modes(() => log.answered(event))).toEqual(['NORMAL', 'FULL'])
    expect(modes(() => log.refused({ ...event, code: 'ERR_EPOCH_STALE' }))).toEqual(['NORMAL', 'FULL'])
  } finally {
    exec.mockRestore()
  }
  expect(log.entries().map(entry => entry.event)).toEqual(['asked', 'answered', 'refused'])
})

it('opens rows of what was evaluated, some times each, and counts them as uses of the key', () => {
  const path = file()
  const opened = { ...event, intentId: event.intentId as Uint8Array, requestDigest: null }
  {
    using log = new PartyLog(path, 6)
    expectCode('ERR_ROW_OPENING_REFUSED', () => log.rowOpened(opened))
    log.asked(event)
    for (const change of [{ inquirer: 'bing' }, { class: 'C' }, { epoch: 4 }]) {
      expectCode('ERR_ROW_OPENING_REFUSED', () => log.rowOpened({ ...opened, ...change }))
    }
    for (let i = 0; i < 4; i++) log.rowOpened(opened)
    expectCode('ERR_LIMIT_ROW_OPENINGS', () => log.rowOpened(opened))
  }
  using log = new PartyLog(path, 6)
  expectCode('ERR_LIMIT_ROW_OPENINGS', () => log.rowOpened(opened))
  const another = { ...opened, intentId: new Uint8Array(16).fill(7) }
  log.asked(another)
  expectCode('ERR_LIMIT_KEY_USE', () => log.rowOpened(another))
  expect(log.entries().map(entry => entry.event)).toEqual(['asked', ...Array(4).fill('opened'), 'asked'])
  expect(log.tree.size).toBe(6)
  log.verify(null)
})

it('of an earlier version is refused: ERR_HOME_INVALID', () => {
  const path = file()
  new PartyLog(path)[Symbol.dispose]()
  const raw = new DatabaseSync(path)
  const { sql } = raw.prepare("SELECT sql FROM sqlite_schema WHERE name = 'party_log'").get() as {
    sql: string
  }
  raw.exec(`DROP TABLE party_log; ${sql.replace(", 'opened'", '')}`)
  raw.close()
  expectCode('ERR_HOME_INVALID', () => new PartyLog(path))
})
