import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail } from '@mixun/core/errors'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IntentPayload } from '../ledger/payloads.ts'
import type { OutcomeResult } from '../ledger/payloads/inquiries.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { fakeReceipt } from '../testing/fake-verifiers.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'

const FIRMS = ['bing', 'jia', 'regulator', 'yi']

describe.each([intl, sm])('keys that change, in suite $id', suite => {
  let consortium: TestConsortium
  let folder: string
  let ledger: SqliteLedger

  const openLedger = () =>
    openTestLedger(consortium, { file: join(folder, 'ledger.db'), now: () => TEST_NOW + 61_000 })
  const openMirror = (party: string, reader = consortium.reader(party)) =>
    openTestMirror(consortium, party, { file: join(folder, `${party}.db`), reader, snapshotEntries: 3 })
  const ask = async (): Promise<IntentPayload> => {
    const consent = consortium.consent('jia')
    const intent = consortium.intent(consent, JIA_ASKS)
    await ledger.append(consortium.entry('jia', 'consent', consent))
    await ledger.append(consortium.entry('jia', 'intent', intent))
    return intent
  }

  beforeEach(async () => {
    consortium = new TestConsortium(FIRMS, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-rotation-'))
    ledger = openLedger()
    await ledger.appendMany(
      consortium.opening().filter(({ kind, author }) => kind !== 'table' || ['bing', 'yi'].includes(author)),
    )
  })
  afterEach(async () => {
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  test.each(['yi', 'jia', 'regulator', 'xiehui'])(
    '%s reads what was sealed to its old key and to its new one, on file and opened anew',
    async party => {
      const before = await ask()
      const late = consortium.consent('jia')
      const toOldKey = consortium.entry('jia', 'consent', late)
      const askedLate = consortium.intent(late, JIA_ASKS)
      const intentToOldKey = consortium.entry('jia', 'intent', askedLate)
      await ledger.append(consortium.rotate(party, 'sealing'))
      await ledger.close()
      ledger = openLedger()
      if (party === 'yi') await ledger.append(toOldKey)
      // Whoever has to read it now would not find it: the author seals it anew.
      const stale = party === 'yi' ? intentToOldKey : toOldKey
      await expectCodeAsync('ERR_LEDGER_ENVELOPE', ledger.append(stale))
      const after = await ask()
      ledger.verify()
      ledger.recomputePoints()
      if (party === 'xiehui') return
      const mirror = openMirror(party)
      await mirror.sync(ledger)
      mirror.verify()
      mirror.recomputePoints()
      mirror.close()
      const again = openMirror(party)
      for (const { intentId } of [before, after]) {
        const recorded = again.registry.intent(intentId)
        expect(recorded?.intent.intentId).toEqual(intentId)
        expect(again.opening(recorded?.index as number).entry.length).toBeGreaterThan(100)
      }
      again.close()
    },
  )

  test('without the old key the old entries cannot be read, and that is said', async () => {
    const { intentId } = await ask()
    await ledger.append(consortium.rotate('yi', 'sealing'))
    const complete = openMirror('yi')
    await complete.sync(ledger)
    complete.close()
    const keyOf = () => fail('ERR_KEY_FILE', 'lost')
    expectCode('ERR_KEY_FILE', () =>
      openMirror('yi', { ...consortium.reader('yi'), keyOf }).registry.intent(intentId),
    )
  })

  test('points that were reserved before a provider changed its signing key are settled, under either key', async () => {
    const [first, second, third] = [await ask(), await ask(), await ask()]
    const former = consortium.identity('yi')
    const underOldKey = consortium.outcome(first, ['refused', 'evaluated'])
    await ledger.append(consortium.rotate('yi', 'signing'))
    const underNewKey = consortium.outcome(second, ['refused', 'evaluated'])
    await ledger.append(consortium.entry('jia', 'outcome', underOldKey))
    await ledger.append(consortium.entry('jia', 'outcome', underNewKey))
    expect(await ledger.balance('jia')).toMatchObject({ reserved: 6, spent: 6 })
    // A key that yi has no more when the intent is recorded signs nothing of it.
    const fourth = await ask()
    const forged = consortium.outcome(fourth, ['refused', 'evaluated'])
    const receipt = fakeReceipt(former, 'evaluated', fourth.intentId, 'B')
    const stolen = {
      ...forged,
      results: forged.results.with(1, { ...forged.results[1], ...receipt } as OutcomeResult),
    }
    await expectCodeAsync(
      'ERR_LEDGER_OUTCOME_RECEIPT',
      ledger.append(consortium.entry('jia', 'outcome', stolen)),
    )
    await ledger.append(
      consortium.entry('jia', 'outcome', consortium.outcome(third, ['evaluated', 'timed-out'])),
    )
    const mirror = openMirror('jia')
    await mirror.sync(ledger)
    mirror.verify()
    expect(mirror.balance('jia')).toEqual(await ledger.balance('jia'))
    mirror.close()
  })
})
