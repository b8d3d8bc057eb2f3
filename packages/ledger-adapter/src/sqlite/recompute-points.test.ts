import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TestConsortium } from '../testing/test-consortium.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

describe.each([intl, sm])('recomputed points in suite $id', suite => {
  const consortium = new TestConsortium(undefined, undefined, suite)
  const open = (file: string) => openTestLedger(consortium, { file })

  async function filled(): Promise<string> {
    const file = join(mkdtempSync(join(tmpdir(), 'mixun-recompute-')), 'ledger.db')
    const ledger = open(file)
    await ledger.appendMany(consortium.opening())
    const consent = consortium.consent('jia')
    await ledger.append(consortium.entry('jia', 'consent', consent))
    for (const statuses of [
      ['evaluated', 'refused'],
      ['refused', 'refused'],
      ['failed', 'refused-unsigned'],
    ]) {
      const intent = consortium.intent(consent, JIA_ASKS)
      await ledger.append(consortium.entry('jia', 'intent', intent))
      await ledger.append(consortium.entry('jia', 'outcome', consortium.outcome(intent, statuses as never)))
    }
    // A failure that names a refusal's code and shows its receipt is none.
    const intent = consortium.intent(consent, JIA_ASKS)
    await ledger.append(consortium.entry('jia', 'intent', intent))
    const { results } = consortium.outcome(intent, ['refused', 'refused'])
    const [first, second] = results as [(typeof results)[0], (typeof results)[0]]
    const mixed = { intentId: intent.intentId, results: [{ ...first, status: 'failed' as const }, second] }
    await ledger.append(consortium.entry('jia', 'outcome', mixed))
    await ledger.close()
    return file
  }

  function tampered(file: string, sql: string): SqliteLedger {
    const database = new DatabaseSync(file)
    database.exec('DROP TRIGGER points_no_update; DROP TRIGGER points_no_delete')
    database.exec(sql)
    database.close()
    return open(file)
  }

  test('are those of the journal, scanned or decoded', async () => {
    const ledger = open(await filled())
    // 3 grants, 3 contributions; 4 reserves, settle and refund twice, refund alone, settle alone.
    expect(ledger.recomputePoints()).toEqual({ entries: 15, events: 16 })
    await ledger.close()
  })

  test.each([
    ['UPDATE points SET amount = amount + 1 WHERE sequence = 1', 1],
    ['UPDATE points SET at = at + 1 WHERE sequence = 8', 9],
    ["UPDATE points SET id = id || 'x' WHERE sequence = 9", 9],
    ['DELETE FROM points WHERE sequence = 6', 6],
  ] as const)('differ after %s', async (sql, index) => {
    const ledger = tampered(await filled(), sql)
    const error = expectCode('ERR_LEDGER_CORRUPT', () => ledger.recomputePoints())
    expect(error.details).toEqual({ index })
    await ledger.close()
  })

  test('differ when the journal has an event too many', async () => {
    const grant =
      "INSERT INTO points (id, position, at, party, kind, amount, reference) SELECT 'x', 0, 0, 'jia', 'grant', 5, 'x'"
    const ledger = tampered(await filled(), grant)
    expectCode('ERR_LEDGER_CORRUPT', () => ledger.recomputePoints())
    await ledger.close()
  })
})
