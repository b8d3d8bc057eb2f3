import { readFileSync } from 'node:fs'
import { fromHex, toHex } from '@mixun/core/bytes'
import { SUITE_IDS } from '@mixun/core/suite'
import { signIntentReceipt, verifyIntentReceipt } from '@mixun/ledger-adapter/ledger'
import { runKeywordOtClient } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { ledgerAnchor } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { examineLedger, openLedgerCopy } from '../doctor/ledger.ts'
import { PartyLog } from '../stores/party-log.ts'
import { call } from '../testing/call.ts'
import { helloOf, recordQuestion, type RecordedQuestion, statementOf } from '../testing/recorded-question.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const PATIENCE = { timeout: 30_000 }

describe.each(SUITE_IDS)('receipts that a provider answered on, suite %s', suite => {
  let consortium: TestConsortium
  beforeAll(async () => {
    consortium = await TestConsortium.found({ suite, firms: { jia: null, yi: [] } })
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  const evaluate = async (question: RecordedQuestion) => {
    const [jia, yi] = [consortium.firm('jia'), consortium.firm('yi')]
    const table = question.table('yi', 'B')
    const session = await call({ from: jia, to: yi, ...helloOf(question, table) })
    const { input, blind } = question
    const statement = statementOf(question, table)
    await runKeywordOtClient(session, { oprf: oprfSuiteOf(suite), statement, input, blind })
    await session.close()
  }
  const record = () => recordQuestion({ from: consortium.firm('jia'), subject: investor(1), classes: ['B'] })
  const withLog = <T>(read: (log: PartyLog) => T): T => {
    using log = new PartyLog(consortium.firm('yi').home.paths.partyLog)
    return read(log)
  }

  it('are found on record, and let go', async () => {
    await evaluate(await record())
    await vi.waitUntil(() => withLog(log => log.unseenReceipts().length === 0), PATIENCE)
    expect(withLog(log => log.alarms())).toEqual([])
  })

  it('are an alarm when the sequencer signed for what it never recorded', async () => {
    const honest = await record()
    const { home } = consortium.association
    const anchor = ledgerAnchor(home.anchor())
    const receipt = verifyIntentReceipt(anchor, honest.receipt)
    const sign = (changes: Partial<typeof receipt>) =>
      signIntentReceipt(anchor, home.identity.signingKey, { ...receipt, ...changes })
    // One names the place of another entry, one a place that the ledger does not reach in time.
    const elsewhere = { ...honest, intentId: new Uint8Array(16).fill(1) }
    const nowhere = { ...honest, intentId: new Uint8Array(16).fill(2) }
    await evaluate({
      ...elsewhere,
      receipt: sign({ intentId: elsewhere.intentId, index: receipt.index - 1 }),
    })
    const sequencedAt = receipt.sequencedAt - 600_000
    await evaluate({
      ...nowhere,
      receipt: sign({ intentId: nowhere.intentId, index: receipt.index + 1_000, sequencedAt }),
    })
    const yi = consortium.firm('yi')
    await vi.waitUntil(() => withLog(log => log.alarms().length === 2), PATIENCE)
    expect(withLog(log => log.alarms().map(({ code }) => code))).toEqual([
      'ERR_LEDGER_RECEIPT',
      'ERR_LEDGER_RECEIPT',
    ])
    expect(yi.loggedCodes.filter(code => code === 'ERR_LEDGER_RECEIPT')).toHaveLength(2)
    for (const { intentId } of [elsewhere, nowhere]) {
      const evidence = JSON.parse(readFileSync(yi.home.paths.intentFinding(toHex(intentId)), 'utf8'))
      expect(verifyIntentReceipt(anchor, fromHex(evidence.receipt)).intentId).toEqual(intentId)
      expect(evidence.checkpoint).toContain(anchor.origin)
    }
    await using copy = await openLedgerCopy(yi.home)
    expect(examineLedger(yi.home, copy)).toMatchObject([{ severity: 'error', check: 'ledger' }])
    const jia = consortium.firm('jia').home
    await using other = await openLedgerCopy(jia)
    expect(examineLedger(jia, other)).toMatchObject([{ severity: 'ok' }])
  })
})
