import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mixunError } from '@mixun/core/errors'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PartyLog } from './party-log.ts'
import type { PartyLogEvent } from './party-log-entry.ts'
import { QuestionLog } from './question-log.ts'

let log: PartyLog
beforeEach(
  () => void (log = new PartyLog(join(mkdtempSync(join(tmpdir(), 'mixun-questions-')), 'log.db'), 5)),
)
afterEach(() => log[Symbol.dispose]())

const question = (i: number, changes: Partial<PartyLogEvent> = {}): PartyLogEvent => ({
  inquirer: 'yi',
  class: 'B',
  epoch: 3,
  sessionId: new Uint8Array(32).fill(i),
  intentId: new Uint8Array(16).fill(i),
  requestDigest: new Uint8Array(32).fill(3),
  code: null,
  ...changes,
})

const logged = () => log.entries().map(({ event, intentId }) => `${event} ${intentId?.[0]}`)

it('what comes together is recorded in one transaction, and nobody goes on before it', async () => {
  const questions = new QuestionLog(log)
  const record = vi.spyOn(log, 'record')
  const seen: string[][] = []
  const ask = async (i: number) => {
    await questions.asked(question(i), Uint8Array.of(i))
    seen.push(logged())
  }
  await Promise.all([ask(1), questions.answered(question(9)), ask(2), ask(3)])
  const all = ['asked 1', 'answered 9', 'asked 2', 'asked 3']
  expect(seen).toEqual([all, all, all])
  expect(record).toHaveBeenCalledTimes(1)
  expect(log.receipts.all().map(({ receipt }) => receipt[0])).toEqual([1, 2, 3])
  await questions.flushed()
  log.verify(null)
})

it('what is refused does not hold up the others', async () => {
  const questions = new QuestionLog(log)
  log.close(question(4).intentId as Uint8Array, 'B', 'ERR_LIMIT_SESSIONS')
  const results = await Promise.allSettled([
    questions.asked(question(1), null),
    questions.asked(question(1), null),
    questions.asked(question(4), null),
    questions.asked(question(1, { class: 'C' }), null),
  ])
  expect(results.map(result => (result.status === 'rejected' ? result.reason.code : 'recorded'))).toEqual([
    'recorded',
    'ERR_INTENT_REPLAYED',
    'ERR_LIMIT_SESSIONS',
    'recorded',
  ])
  expect(logged()).toEqual(['asked 1', 'asked 1'])
  log.verify(null)
})

it('a key makes no more evaluations than it may, also of those that come together', async () => {
  const questions = new QuestionLog(log)
  const asked = Array.from({ length: 7 }, (_, i) => questions.asked(question(i + 1), null))
  const codes = (await Promise.allSettled(asked)).map(result => result.status)
  expect(codes.filter(status => status === 'fulfilled')).toHaveLength(5)
  await expectCodeAsync('ERR_LIMIT_KEY_USE', questions.asked(question(8), null))
  log.verify(null)
})

it('when nothing can be written, nobody goes on', async () => {
  const questions = new QuestionLog(log)
  vi.spyOn(log, 'record').mockImplementationOnce(() => {
    throw mixunError('ERR_DISK_FULL', 'full')
  })
  const asked = [1, 2].map(i => questions.asked(question(i), null))
  for (const each of asked) await expectCodeAsync('ERR_DISK_FULL', each)
  await questions.asked(question(1), null)
  expect(logged()).toEqual(['asked 1'])
})
