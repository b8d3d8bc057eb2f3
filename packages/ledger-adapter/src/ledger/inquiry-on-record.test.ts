import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { cosignCheckpoint, cosignerName, signCheckpoint } from '../checkpoint/index.ts'
import { auditCommitment, BUILT_IN_AUDIT_RULES, BUILT_IN_JOINT_RULES } from '../policy/index.ts'
import { TEST_NOW, TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import { dueSides, inquiryOnRecord, mayBeAudited } from './inquiry-on-record.ts'
import type {
  ConsentPayload,
  EntryKind,
  JointIntentPayload,
  JointTablePayload,
  Payloads,
} from './payloads.ts'
import { LedgerState } from './state.ts'

const FIRMS = ['bing', 'ding', 'jia', 'wu', 'yi']
const ASKED = FIRMS.filter(firm => firm !== 'jia')
const SECRET = new Uint8Array(32).fill(9)

describe.each([intl, sm])('joint queries in audits, on a ledger of suite $id', suite => {
  let consortium: TestConsortium
  let views: LedgerState[]
  let state: LedgerState
  let size: number
  let tables: JointTablePayload[]
  let consent: ConsentPayload

  function write<K extends EntryKind>(author: string, kind: K, payload: Payloads[K], at?: number): number {
    const entry = consortium.entry(author, kind, payload, at)
    for (const view of views) view.apply(view.admit(entry), size)
    return size++
  }
  function expectRefused<K extends EntryKind>(
    code: Parameters<typeof expectCode>[0],
    author: string,
    kind: K,
    payload: Payloads[K],
  ) {
    expectCode(code, () => state.admit(consortium.entry(author, kind, payload)))
  }
  const query = (changes: Partial<JointIntentPayload> = {}) =>
    consortium.joint.intent(consent, tables, { price: 20, ...changes })
  /** Draws every intent so far. */
  function draw(): void {
    write('xiehui', 'audit-committed', { commitment: auditCommitment(suite, SECRET) })
    const log = { name: TEST_ORIGIN, suite, publicKey: consortium.association.signingKey.publicKey }
    const root = new Uint8Array(32).fill(1)
    const { text } = signCheckpoint(consortium.association, { origin: TEST_ORIGIN, size, root })
    const name = cosignerName(TEST_ORIGIN, 'yi')
    const note = cosignCheckpoint(log, text, name, consortium.identity('yi'), 1_790_000_000)
    const from = state.registry.policy.audits.sampledTo
    write('xiehui', 'audit-sample', { from, to: size, note, secret: SECRET })
  }

  beforeEach(() => {
    consortium = new TestConsortium(FIRMS, 'audits of joint queries', suite)
    views = ['xiehui', 'jia', 'yi'].map(
      party => new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader(party)),
    )
    state = views[0] as LedgerState
    size = 0
    for (const entry of consortium.opening()) {
      for (const view of views) view.apply(view.admit(entry), size)
      size++
    }
    write('xiehui', 'joint-rules', { ...BUILT_IN_JOINT_RULES, version: 2, minFirms: 3 })
    const penalties = { 'not-opened': 7, forged: 9, 'ticket-expired': 1 }
    write('xiehui', 'audit-rules', {
      ...BUILT_IN_AUDIT_RULES,
      version: 2,
      samplePerMillion: 1_000_000,
      penalties,
    })
    tables = FIRMS.map(firm => consortium.joint.table(firm))
    for (const table of tables) write(table.provider, 'joint-table', table)
    tables = tables.filter(({ provider }) => provider !== 'jia')
    consent = consortium.consent('jia', { datasets: ['overdue-fen'] })
    write('jia', 'consent', consent)
  })

  test('are drawn by the same beacons, get one result, and findings cost their inquirer points', () => {
    const intent = query()
    const index = write('jia', 'joint-intent', intent)
    const { intentId } = intent
    expect(inquiryOnRecord(state.registry, intentId)).toMatchObject({ inquirer: 'jia', index })
    const opened = { intentId, openingDigest: new Uint8Array(32) }
    const failed = { intentId, finding: 'not-opened' as const, openingDigest: null }
    expectRefused('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-opened', opened)
    expect(mayBeAudited(state.registry, intentId, index)).toBe(true)
    draw()
    expectRefused('ERR_LEDGER_AUTHOR', 'jia', 'audit-opened', opened)
    expectRefused('ERR_AUDIT_EARLY', 'xiehui', 'audit-failed', failed)
    expect(mayBeAudited(state.registry, intentId, index)).toBe(true)
    const before = views.map(view => view.balance('jia').available)
    write('xiehui', 'audit-failed', failed, TEST_NOW + 73 * 3_600_000)
    const lost = views.map((view, i) => (before[i] as number) - view.balance('jia').available)
    // A firm that is asked reads neither consents nor outcomes, and so nobody else's points.
    expect(lost).toEqual([7, 7, 0])
    expect(mayBeAudited(state.registry, intentId, index)).toBe(false)
    expectRefused('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-opened', opened)
  })

  test('of one that was opened two firms are drawn, the same for all, until there is a result', () => {
    const intent = query()
    const { intentId } = intent
    const sides = () => views.map(view => dueSides(view.registry, intentId).sides)
    write('jia', 'joint-intent', intent)
    expectCode('ERR_AUDIT_NOT_DUE', sides)
    write('jia', 'joint-outcome', consortium.joint.outcome(intent))
    expectCode('ERR_AUDIT_NOT_DUE', sides)
    draw()
    const [drawn, ...others] = sides() as [string[], ...string[][]]
    expect(others).toEqual([drawn, drawn])
    expect([drawn.length, drawn.every(party => ASKED.includes(party))]).toEqual([2, true])
    expectCode('ERR_AUDIT_NOT_DUE', () => dueSides(state.registry, new Uint8Array(16)))
    write('xiehui', 'audit-opened', { intentId, openingDigest: new Uint8Array(32) })
    expectCode('ERR_AUDIT_NOT_DUE', sides)
  })

  test('are not opened any more once a beacon drew, whomever it drew: ERR_JOINT_ENDED', () => {
    const intent = query()
    write('jia', 'joint-intent', intent)
    draw()
    expectRefused('ERR_JOINT_ENDED', 'jia', 'joint-outcome', consortium.joint.outcome(intent))
    write('jia', 'joint-outcome', consortium.joint.outcome(intent, { provider: 'yi', by: 'provider' }))
    expect(state.registry.policy.joint.intent(intent.intentId)?.state).toBe('void')
  })

  test('which firms are drawn follows from beacon and intent: no firm is drawn always, or never', () => {
    write('jia', 'joint-intent', query())
    draw()
    const { audits } = state.registry.policy
    const counts = new Map(ASKED.map(party => [party, 0]))
    for (let i = 0; i < 200; i++) {
      const about = { intentId: consortium.bytes(16), index: 0 }
      for (const party of audits.drawnParties(suite, about, ASKED, 2)) {
        counts.set(party, (counts.get(party) ?? 0) + 1)
      }
    }
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40)
    const later = { intentId: new Uint8Array(16), index: size }
    expect(audits.drawnParties(suite, later, ASKED, 2)).toEqual([])
  })

  test('have an id that no inquiry of another kind has: ERR_LEDGER_INTENT_EXISTS', () => {
    const asked = ASKED.map(provider => ({ provider, class: 'B' as const, epoch: 1 }))
    const joint = query()
    write('jia', 'joint-intent', joint)
    const single = consortium.intent(consent, asked, { intentId: joint.intentId })
    expectRefused('ERR_LEDGER_INTENT_EXISTS', 'jia', 'intent', single)
    const plain = consortium.intent(consent, asked)
    write('jia', 'intent', plain)
    expectRefused('ERR_LEDGER_INTENT_EXISTS', 'jia', 'joint-intent', query({ intentId: plain.intentId }))
    expect(inquiryOnRecord(state.registry, plain.intentId)?.element).toEqual(plain.element)
  })
})
