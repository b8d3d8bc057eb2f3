import { expectCode } from '@mixun/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { JIA_ASKS, TEST_NOW, TestConsortium } from '../../testing/test-consortium.ts'
import type { ConsentPayload } from '../payloads.ts'
import { LedgerState } from '../state.ts'
import { liveIntents } from './consent-withdrawn.ts'

const MAX = 4_096

let consortium: TestConsortium
let state: LedgerState
let size: number
let consent: ConsentPayload

beforeEach(() => {
  consortium = new TestConsortium()
  state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('xiehui'))
  size = 0
  for (const entry of consortium.opening()) state.apply(state.admit(entry), size++)
  consent = consortium.consent('jia', { maxUses: 1_000_000 })
  state.apply(state.admit(consortium.entry('jia', 'consent', consent)), size++)
})

/** Intents as they were judged before: it is the withdrawal that is judged here. */
function ask(count: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const payload = consortium.intent(consent, JIA_ASKS)
    const basis = consortium.basisOf(payload) ?? null
    const entry = { id: consortium.bytes(16), kind: 'intent', author: 'jia', createdAt: TEST_NOW } as const
    state.registry.apply({ ...entry, payload, basis }, size++)
    return payload.intentId
  })
}

const withdrawal = (intents: Uint8Array[]) =>
  consortium.entry('jia', 'consent-withdrawn', {
    consentId: consent.consentId,
    reason: 'subject-withdrew',
    intents,
  })

test('more intents than fit one entry end with several, the first ones first', () => {
  const asked = ask(MAX + 2)
  const [first, rest] = [asked.slice(0, MAX), asked.slice(MAX)]
  for (const wrong of [first.slice(1), [...first.slice(1), ...rest.slice(0, 1)], rest]) {
    expectCode('ERR_LEDGER_ENDED', () => state.admit(withdrawal(wrong)))
  }
  const index = size
  state.apply(state.admit(withdrawal(first)), size++)
  const { registry } = state
  expect(registry.consent(consent.consentId)?.withdrawnIndex).toBe(index)
  expect(liveIntents(registry, consent.consentId, TEST_NOW)).toEqual(rest)
  // Nothing new is asked meanwhile.
  const late = consortium.intent(consent, JIA_ASKS)
  expectCode('ERR_CONSENT_WITHDRAWN', () => state.admit(consortium.entry('jia', 'intent', late)))
  for (const wrong of [[], first]) {
    const code = wrong.length === 0 ? 'ERR_CONSENT_WITHDRAWN' : 'ERR_LEDGER_ENDED'
    expectCode(code, () => state.admit(withdrawal(wrong)))
  }
  state.apply(state.admit(withdrawal(rest)), size++)
  expect(registry.consent(consent.consentId)?.withdrawnIndex).toBe(index)
  expect(asked.every(intentId => registry.intentEndedAt(intentId) !== undefined)).toBe(true)
  for (const again of [rest, []]) expectCode('ERR_CONSENT_WITHDRAWN', () => state.admit(withdrawal(again)))
})

test('an entry never ends more than fit it', () => {
  expectCode('ERR_DECODE_SCHEMA', () => withdrawal(ask(MAX + 1)))
})
