import type { ErrorCode } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, expect, test } from 'vitest'
import type { EntryKind, Payloads } from '../ledger/payloads.ts'
import { LedgerState } from '../ledger/state.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'

const HOUR_MS = 3_600_000
const AFTER = TEST_NOW + 120 * HOUR_MS + 1

let consortium: TestConsortium
let state: LedgerState
let size: number
beforeEach(() => {
  consortium = new TestConsortium(undefined, undefined, intl)
  state = new LedgerState(consortium.anchor, consortium.verifiers)
  size = 0
  for (const entry of consortium.opening()) state.apply(state.admit(entry), size++)
})

function write<K extends EntryKind>(author: string, kind: K, payload: Payloads[K], at?: number): void {
  state.apply(state.admit(consortium.sign(author, kind, payload, at)), size++)
}
function refuse<K extends EntryKind>(
  code: ErrorCode,
  author: string,
  kind: K,
  payload: Payloads[K],
  at?: number,
) {
  expectCode(code, () => state.admit(consortium.sign(author, kind, payload, at)))
}
const ticket = (changes: Partial<Payloads['ticket']> = {}): Payloads['ticket'] => ({
  ticketId: consortium.bytes(16),
  about: 'record',
  addressee: 'yi',
  commitment: consortium.bytes(32),
  ...changes,
})
const answer = (ticketId: Uint8Array, changes: Partial<Payloads['ticket-answered']> = {}) => ({
  ticketId,
  outcome: 'upheld' as const,
  answerDigest: consortium.bytes(32),
  notice: null,
  ...changes,
})

test('records are disputed with providers, rows with the association: ERR_LEDGER_TICKET', () => {
  const filed = ticket()
  write('jia', 'ticket', filed)
  expect(state.registry.policy.tickets.all()).toMatchObject([
    { author: 'jia', addressee: 'yi', state: 'open', deadline: TEST_NOW + 120 * HOUR_MS },
  ])
  write('jia', 'ticket', ticket({ about: 'rows', addressee: 'xiehui' }))
  const bad = [
    filed,
    ticket({ addressee: 'xiehui' }),
    ticket({ addressee: 'ding' }),
    ticket({ about: 'rows' }),
  ]
  for (const payload of bad) refuse('ERR_LEDGER_TICKET', 'jia', 'ticket', payload)
  refuse('ERR_LEDGER_TICKET', 'yi', 'ticket', ticket())
})

test('the addressee answers once, with a notice exactly when the record changes', () => {
  const { ticketId } = ticket()
  write('jia', 'ticket', ticket({ ticketId }))
  const notice = consortium.bytes(32)
  refuse('ERR_LEDGER_TICKET', 'bing', 'ticket-answered', answer(ticketId))
  refuse('ERR_LEDGER_TICKET', 'yi', 'ticket-answered', answer(consortium.bytes(16)))
  for (const wrong of [
    { outcome: 'received' as const },
    { outcome: 'source-opened' as const },
    { outcome: 'corrected' as const },
    { notice },
  ]) {
    refuse('ERR_LEDGER_TICKET', 'yi', 'ticket-answered', answer(ticketId, wrong))
  }
  write('yi', 'ticket-answered', answer(ticketId, { outcome: 'corrected', notice }))
  expect(state.registry.policy.tickets.find(ticketId)).toMatchObject({
    state: 'answered',
    outcome: 'corrected',
    notice,
  })
  refuse('ERR_LEDGER_TICKET', 'yi', 'ticket-answered', answer(ticketId))
  refuse('ERR_LEDGER_TICKET', 'xiehui', 'ticket-expired', { ticketId }, AFTER)
})

test('an answer that does not come by the deadline costs points', () => {
  const { ticketId } = ticket()
  write('jia', 'ticket', ticket({ ticketId, about: 'source' }))
  refuse('ERR_LEDGER_TICKET', 'xiehui', 'ticket-expired', { ticketId }, AFTER - 1)
  refuse('ERR_LEDGER_AUTHOR', 'jia', 'ticket-expired', { ticketId }, AFTER)
  const before = state.balance('yi')
  write('xiehui', 'ticket-expired', { ticketId }, AFTER)
  expect(state.registry.policy.tickets.find(ticketId)?.state).toBe('expired')
  expect(state.balance('yi').available).toBe(before.available - 100)
  refuse('ERR_LEDGER_TICKET', 'yi', 'ticket-answered', answer(ticketId, { outcome: 'source-opened' }))
})
