import { toHex } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { beforeEach, describe, expect, test } from 'vitest'
import { cosignCheckpoint, cosignerName, mergeCosigned, signCheckpoint } from '../checkpoint/index.ts'
import type { IntentPayload, Payloads } from '../ledger/payloads.ts'
import { readEntry } from '../ledger/entry.ts'
import type { LedgerState } from '../ledger/state.ts'
import { JIA_ASKS, TEST_NOW, TEST_ORIGIN, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import { auditCommitment, Audits, BUILT_IN_AUDIT_RULES, consequencesOf } from './audits.ts'

const HOUR_MS = 3_600_000
const SECRET = new Uint8Array(32).fill(9)

describe.each([intl, sm])('audits on a ledger of suite $id', suite => {
  let consortium: TestConsortium
  let state: LedgerState
  let write: TestFold['write']
  let refuse: TestFold['refuse']
  let size: TestFold['size']

  beforeEach(() => {
    consortium = new TestConsortium(undefined, undefined, suite)
    ;({ state, write, refuse, size } = testFold(consortium))
    write('xiehui', 'audit-rules', rules({ samplePerMillion: 1_000_000 }))
    commit()
  })

  const commit = () => write('xiehui', 'audit-committed', { commitment: auditCommitment(suite, SECRET) })
  function rules(changes: Partial<Payloads['audit-rules']> = {}): Payloads['audit-rules'] {
    return {
      ...BUILT_IN_AUDIT_RULES,
      version: 2,
      penalties: { 'not-opened': 7, forged: 1_000, 'ticket-expired': 1 },
      ...changes,
    }
  }
  function ask(): { intent: IntentPayload; index: number } {
    const consent = consortium.consent('jia')
    write('jia', 'consent', consent)
    const intent = consortium.intent(consent, JIA_ASKS)
    write('jia', 'intent', intent)
    return { intent, index: size() - 1 }
  }
  const plain = (to: number, root = 1) =>
    signCheckpoint(consortium.association, {
      origin: TEST_ORIGIN,
      size: to,
      root: new Uint8Array(32).fill(root),
    }).text
  const cosigned = (to: number, by = 'yi', root = 1) =>
    cosignCheckpoint(
      consortium.verifierKey,
      plain(to, root),
      cosignerName(TEST_ORIGIN, by),
      consortium.identity(by),
      1_790_000_000,
    )
  const sample = (to = size(), note = cosigned(to), from = 0) => ({ from, to, note, secret: SECRET })

  test('what a beacon draws does not hang on how the sequencer signs it', () => {
    const note = cosigned(1)
    // Made by other means: who signs is free to choose the nonce.
    const again = note.replace(/^(— \S+ )\S+$/mu, `$1${Buffer.from(consortium.bytes(68)).toString('base64')}`)
    const drawn = (by: string) => {
      const audits = new Audits()
      audits.apply(
        readEntry(consortium.sign('xiehui', 'audit-rules', rules({ samplePerMillion: 500_000 }))),
        0,
      )
      audits.apply(readEntry(consortium.sign('xiehui', 'audit-sample', sample(1, by))), 1)
      return Array.from(
        { length: 64 },
        (_, i) => audits.drawn(suite, new Uint8Array(16).fill(i), 0) !== undefined,
      )
    }
    expect(again).not.toBe(note)
    expect(drawn(again)).toEqual(drawn(note))
    expect(drawn(cosigned(1, 'bing'))).not.toEqual(drawn(note))
  })

  test('a beacon draws from every intent once: ERR_AUDIT_SAMPLE', () => {
    const { intent, index } = ask()
    const drawn = () => state.registry.policy.audits.drawn(suite, intent.intentId, index)
    expect(drawn()).toBeUndefined()
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'audit-sample', sample())
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(size(), cosigned(size()), 1))
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(size(), cosigned(size() - 1)))
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(0, cosigned(0)))
    write('xiehui', 'audit-sample', sample())
    expect(drawn()).toEqual({ deadline: TEST_NOW + 72 * HOUR_MS })
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample())
    const later = ask()
    expect(state.registry.policy.audits.drawn(suite, later.intent.intentId, later.index)).toBeUndefined()
    const from = state.registry.policy.audits.sampledTo
    commit()
    write('xiehui', 'audit-sample', sample(size(), cosigned(size()), from))
    expect(state.registry.policy.audits.drawn(suite, later.intent.intentId, later.index)).toBeDefined()
  })

  test('a draw opens what was committed to before the beacon: ERR_AUDIT_SAMPLE', () => {
    const before = size() - 1
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(before))
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', { ...sample(), secret: new Uint8Array(32) })
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'audit-committed', { commitment: new Uint8Array(32) })
    write('xiehui', 'audit-sample', sample())
    // A secret that is known draws no second time.
    ask()
    const from = state.registry.policy.audits.sampledTo
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(size(), cosigned(size()), from))
    expect(state.registry.policy.audits.commitmentOf('xiehui')).toBeUndefined()
  })

  test('a firm that tries the seconds of its cosignature escapes no draw', () => {
    const SECONDS = 40
    const at = 1_790_000_000
    const cosign = (second: number) =>
      cosignCheckpoint(
        consortium.verifierKey,
        plain(1),
        cosignerName(TEST_ORIGIN, 'jia'),
        consortium.identity('jia'),
        at + second,
      )
    /** Whether any of the intents is drawn by this note and secret, at one in ten. */
    const draws = (note: string, secret: Uint8Array, intents: readonly Uint8Array[]) => {
      const audits = new Audits()
      audits.apply(
        readEntry(consortium.sign('xiehui', 'audit-rules', rules({ samplePerMillion: 100_000 }))),
        0,
      )
      audits.apply(readEntry(consortium.sign('xiehui', 'audit-sample', { from: 0, to: 1, note, secret })), 1)
      return intents.some(id => audits.drawn(suite, id, 0) !== undefined)
    }
    const notes = Array.from({ length: SECONDS }, (_, second) => cosign(second))
    let [caught, escapes] = [0, 0]
    for (let round = 0; round < 20; round++) {
      const intents = Array.from({ length: 10 }, () => consortium.bytes(16))
      const secret = consortium.bytes(32)
      // What it can compute itself, with any secret but the committed one, tells it nothing.
      const guess = consortium.bytes(32)
      const best = notes.find(note => !draws(note, guess, intents)) as string
      if (draws(best, secret, intents)) caught++
      if (notes.some(note => !draws(note, secret, intents))) escapes++
    }
    // 1 − 0.9^10 = 65 % of the rounds without any grinding; who knew the secret would find a second to escape by.
    expect(caught).toBeGreaterThan(6)
    expect(escapes).toBe(20)
  })

  test('a beacon is a checkpoint that one active firm cosigned', () => {
    ask()
    const stranger = cosigned(size()).replace('/yi ', '/ding ')
    for (const note of [
      plain(size()),
      stranger,
      mergeCosigned([cosigned(size()), cosigned(size(), 'bing')]),
    ]) {
      refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(size(), note))
    }
    const [text, lines] = cosigned(size()).split('\n\n') as [string, string]
    const turned = `${text}\n\n${lines.trimEnd().split('\n').toReversed().join('\n')}\n`
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample(size(), turned))
    const other = cosigned(size(), 'yi', 2).split('\n').at(-2) as string
    const mixed = `${plain(size())}${other}\n`
    refuse('ERR_LEDGER_COSIGNATURE', 'xiehui', 'audit-sample', sample(size(), mixed))
    write('xiehui', 'member', consortium.member('yi', { status: 'suspended' }))
    refuse('ERR_AUDIT_SAMPLE', 'xiehui', 'audit-sample', sample())
    expect(state.registry.policy.audits.sampledTo).toBe(0)
  })

  test('about as many intents are drawn as the rules say, others by another beacon', () => {
    write('xiehui', 'audit-rules', rules({ version: 3, samplePerMillion: 100_000 }))
    const ids = Array.from({ length: 3_000 }, () => consortium.bytes(16))
    write('xiehui', 'audit-sample', sample())
    const audits = state.registry.policy.audits
    const drawn = ids.filter(id => audits.drawn(suite, id, 1) !== undefined).map(toHex)
    expect(Math.abs(drawn.length - 300)).toBeLessThan(100)
    const from = audits.sampledTo
    commit()
    write('xiehui', 'audit-sample', sample(size(), cosigned(size()), from))
    const again = ids.filter(id => audits.drawn(suite, id, from) !== undefined).map(toHex)
    expect(again.filter(id => drawn.includes(id)).length).toBeLessThan(100)
    expect(ids.filter(id => audits.drawn(suite, id, size()) !== undefined)).toEqual([])
  })

  test('what was drawn gets one result, a missing one after the deadline: ERR_AUDIT_NOT_DUE, ERR_AUDIT_EARLY', () => {
    const [first, second, third] = [ask(), ask(), ask()]
    const { intentId } = first.intent
    const openingDigest = new Uint8Array(32)
    const opened = { intentId, openingDigest }
    const failed = (finding: 'not-opened' | 'forged', digest: Uint8Array | null, id = intentId) => ({
      intentId: id,
      finding,
      openingDigest: digest,
    })
    refuse('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-opened', opened)
    write('xiehui', 'audit-sample', sample())
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'audit-opened', opened)
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'audit-failed', failed('forged', openingDigest))
    const deadline = TEST_NOW + 72 * HOUR_MS
    refuse('ERR_AUDIT_EARLY', 'xiehui', 'audit-failed', failed('not-opened', null), deadline)
    refuse('ERR_AUDIT_EARLY', 'xiehui', 'audit-failed', failed('forged', null))
    refuse('ERR_AUDIT_EARLY', 'xiehui', 'audit-failed', failed('not-opened', openingDigest), deadline + 1)
    write('xiehui', 'audit-opened', opened)
    refuse('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-opened', opened)
    refuse('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-failed', failed('forged', openingDigest))
    refuse('ERR_AUDIT_NOT_DUE', 'xiehui', 'audit-opened', { ...opened, intentId: new Uint8Array(16) })
    write('xiehui', 'audit-failed', failed('not-opened', null, second.intent.intentId), deadline + 1)
    write('xiehui', 'audit-failed', failed('forged', openingDigest, third.intent.intentId))
    const { audits } = state.registry.policy
    expect([first, second, third].map(each => audits.result(each.intent.intentId))).toEqual([
      'opened',
      'not-opened',
      'forged',
    ])
  })

  test('a finding costs points by the rules, as far as there are any', () => {
    const [first, second] = [ask(), ask()]
    write('xiehui', 'audit-sample', sample())
    const before = state.balance('jia')
    const openingDigest = new Uint8Array(32)
    const failed = { intentId: first.intent.intentId, finding: 'not-opened' as const, openingDigest: null }
    write('xiehui', 'audit-failed', failed, TEST_NOW + 73 * HOUR_MS)
    expect(state.balance('jia')).toEqual({
      ...before,
      available: before.available - 7,
      spent: before.spent + 7,
    })
    write('xiehui', 'audit-failed', { intentId: second.intent.intentId, finding: 'forged', openingDigest })
    const { available, spent, reserved, earned } = state.balance('jia')
    expect([available, available + spent + reserved]).toEqual([0, earned])
    expect(earned).toBeGreaterThan(TEST_RULES.grant)
  })

  test('only the association changes the rules, version by version', () => {
    refuse('ERR_LEDGER_AUTHOR', 'jia', 'audit-rules', rules({ version: 3 }))
    refuse('ERR_LEDGER_POLICY', 'xiehui', 'audit-rules', rules({ version: 4 }))
    const changed = rules({ version: 3, proposeSuspension: ['forged'] })
    write('xiehui', 'audit-rules', changed)
    const { rules: now } = state.registry.policy.audits
    expect(consequencesOf(now, 'forged')).toEqual({ penalty: 1_000, isSuspensionProposed: true })
    expect(consequencesOf(now, 'not-opened')).toEqual({ penalty: 7, isSuspensionProposed: false })
  })
})
