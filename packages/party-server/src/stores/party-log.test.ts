import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expectCode } from '@mixun/core/testing'
import { expect, it, vi } from 'vitest'
import { PartyLog, type PartyLogEvent } from './party-log.ts'

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
    return exec.mock.calls.map(([sql]) => sql.replace('PRAGMA synchronous = ', ''))
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
