import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, expect, test } from 'vitest'
import type { Payloads } from '../ledger/payloads.ts'
import { BUILT_IN_AUDIT_RULES } from './audits.ts'
import { LedgerState } from '../ledger/state.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'

const HOUR_MS = 3_600_000
const AFTER = TEST_NOW + 120 * HOUR_MS + 1

let consortium: TestConsortium
let state: LedgerState
let write: TestFold['write']
let refuse: TestFold['refuse']
beforeEach(() => {
  consortium = new TestConsortium(undefined, undefined, intl)
  ;({ state, write, refuse } = testFold(consortium))
})

const ticket = (changes: Partial<Payloads['ticket']> = {}): Payloads['ticket'] => ({
  ticketId: consortium.bytes(16),
  about: 'record',
  addressee: 'yi',
  commitment: consortium.bytes(32),
  price: 5,
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

test('a ticket reserves its price, and gives it back unless the record stands: ERR_POINTS_PRICE', () => {
  const available = () => state.balance('jia').available
  const before = available()
  refuse('ERR_POINTS_PRICE', 'jia', 'ticket', ticket({ price: 4 }))
  const [upheld, corrected, expired] = [ticket(), ticket(), ticket()]
  for (const payload of [upheld, corrected, expired]) write('jia', 'ticket', payload)
  expect(state.balance('jia')).toMatchObject({ available: before - 15, reserved: 15 })
  write('yi', 'ticket-answered', answer(upheld.ticketId))
  write(
    'yi',
    'ticket-answered',
    answer(corrected.ticketId, { outcome: 'corrected', notice: consortium.bytes(32) }),
  )
  write('xiehui', 'ticket-expired', { ticketId: expired.ticketId }, AFTER)
  expect(state.balance('jia')).toMatchObject({ available: before - 5, reserved: 0 })
  expect(state.registry.policy.tickets.notices).toHaveLength(1)
})

test('a firm opens so many tickets a day: ERR_TICKET_LIMIT', () => {
  const rules = { ...BUILT_IN_AUDIT_RULES, version: 2, tickets: { price: 0, perDay: 2 } }
  write('xiehui', 'audit-rules', rules)
  const free = () => ticket({ price: 0 })
  for (let i = 0; i < 2; i++) write('jia', 'ticket', free())
  refuse('ERR_TICKET_LIMIT', 'jia', 'ticket', free())
  write('bing', 'ticket', free())
  write('jia', 'ticket', free(), TEST_NOW + 24 * HOUR_MS)
  expect(state.registry.policy.tickets.all()).toHaveLength(4)
})

test('a suspended provider pays for no ticket, and has the whole time when it is back', () => {
  const [first, second] = [ticket(), ticket()]
  write('jia', 'ticket', first)
  write('jia', 'ticket', second)
  write('xiehui', 'member', consortium.member('yi', { status: 'suspended' }))
  const before = state.balance('yi')
  write('xiehui', 'ticket-expired', { ticketId: first.ticketId }, AFTER)
  expect(state.balance('yi')).toEqual(before)
  write('xiehui', 'member', consortium.member('yi'), AFTER)
  refuse('ERR_LEDGER_TICKET', 'xiehui', 'ticket-expired', { ticketId: second.ticketId }, AFTER)
  const deadline = AFTER + 120 * HOUR_MS
  write('xiehui', 'ticket-expired', { ticketId: second.ticketId }, deadline + 1)
  expect(state.balance('yi').available).toBe(before.available - 100)
})

test('a ticket is sealed: others see neither who opened it nor against whom, and take its answer', () => {
  const stranger = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('bing'))
  let at = 0
  const entries = new TestConsortium().opening()
  for (const entry of entries) stranger.apply(stranger.admit(entry), at++)
  const payload = ticket()
  const sealed = consortium.entry('jia', 'ticket', payload)
  expectCode('ERR_LEDGER_UNSEALED', () => state.admit(consortium.sign('jia', 'ticket', payload)))
  const admitted = stranger.admit(sealed)
  expect([admitted.entry.kind, admitted.events]).toEqual(['sealed', []])
  stranger.apply(admitted, at++)
  const notice = consortium.bytes(32)
  const answered = consortium.entry(
    'yi',
    'ticket-answered',
    answer(payload.ticketId, { outcome: 'corrected', notice }),
  )
  stranger.apply(stranger.admit(answered), at++)
  expect(stranger.registry.policy.tickets.notices).toEqual([{ notice, outcome: 'corrected' }])
  expect(stranger.registry.policy.tickets.all()).toEqual([])
  // Once: that it is closed everybody sees.
  expectCode('ERR_LEDGER_TICKET', () => stranger.admit(answered))
})
