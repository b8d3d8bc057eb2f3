import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cosignCheckpoint, cosignerName, signCheckpoint } from '../checkpoint/index.ts'
import type { IntentPayload } from '../ledger/payloads.ts'
import { auditCommitment, BUILT_IN_AUDIT_RULES } from '../policy/audits.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'
import { withFalseEntry } from './test-false-entries.ts'

const SECRET = new Uint8Array(32).fill(9)

describe.each([intl, sm])('beacons of audits in suite $id', suite => {
  let consortium: TestConsortium
  let ledger: SqliteLedger
  let stranger: LedgerMirror
  let folder: string
  let intent: IntentPayload

  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-beacons-'))
    ledger = openTestLedger(consortium)
    stranger = openTestMirror(consortium, null, { file: join(folder, 'stranger.db') })
    const consent = consortium.consent('jia')
    intent = consortium.intent(consent, JIA_ASKS)
    await ledger.appendMany([
      ...consortium.opening(),
      consortium.entry('xiehui', 'audit-rules', {
        ...BUILT_IN_AUDIT_RULES,
        version: 2,
        samplePerMillion: 1_000_000,
      }),
      consortium.entry('xiehui', 'audit-committed', { commitment: auditCommitment(suite, SECRET) }),
      consortium.entry('jia', 'consent', consent),
      consortium.entry('jia', 'intent', intent),
    ])
  })
  afterEach(async () => {
    stranger.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  /** A sample by a checkpoint that log and yi signed, of this tree or of none. */
  const sample = async (to: number, createdAt?: number, root?: Uint8Array) => {
    const { text } =
      root === undefined
        ? await ledger.checkpoint()
        : signCheckpoint(consortium.association, { origin: TEST_ORIGIN, size: to, root })
    const note = cosignCheckpoint(
      consortium.verifierKey,
      text,
      cosignerName(TEST_ORIGIN, 'yi'),
      consortium.identity('yi'),
      1,
    )
    return consortium.entry('xiehui', 'audit-sample', { from: 0, to, note, secret: SECRET }, createdAt)
  }

  test('are checkpoints of this tree and before their entry: ERR_LEDGER_FORK, ERR_AUDIT_SAMPLE', async () => {
    const { size } = ledger
    const ahead = await sample(size + 1, undefined, consortium.bytes(32))
    const forked = await sample(size, undefined, consortium.bytes(32))
    await expectCodeAsync('ERR_AUDIT_SAMPLE', ledger.append(ahead))
    await expectCodeAsync('ERR_LEDGER_FORK', ledger.append(forked))
    const early = stranger.sync(await withFalseEntry(consortium, ledger, ahead))
    const breach = await expectCodeAsync('ERR_LEDGER_RULES', early)
    expect(breach.details).toMatchObject({ index: size, rule: 'ERR_AUDIT_SAMPLE' })
    const fork = stranger.sync(await withFalseEntry(consortium, ledger, forked))
    const { details } = await expectCodeAsync('ERR_LEDGER_FORK', fork)
    expect(details['secondCheckpoint']).toContain(`${TEST_ORIGIN}\n${size}\n`)
    await ledger.append(await sample(size))
    ledger.verify()
  })

  test('have deadlines that run from when they are on record', async () => {
    const late = await sample(ledger.size, consortium.now() - 120_001)
    await expectCodeAsync('ERR_LEDGER_CLOCK', ledger.append(late))
  })

  test('lead to one result an intent, as who cannot read the intent checks too', async () => {
    const { intentId } = intent
    const openingDigest = consortium.bytes(32)
    await ledger.append(await sample(ledger.size))
    await ledger.append(consortium.entry('xiehui', 'audit-opened', { intentId, openingDigest }))
    const failed = { intentId, finding: 'forged' as const, openingDigest }
    const second = consortium.entry('xiehui', 'audit-failed', failed)
    const lie = await withFalseEntry(consortium, ledger, second)
    const error = await expectCodeAsync('ERR_LEDGER_RULES', stranger.sync(lie))
    expect(error.details).toMatchObject({ index: ledger.size, rule: 'ERR_AUDIT_NOT_DUE' })
  })
})
