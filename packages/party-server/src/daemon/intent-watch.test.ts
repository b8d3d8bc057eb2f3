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
import { call, refusalOf } from '../testing/call.ts'
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
    await vi.waitUntil(() => withLog(log => log.receipts.all().length === 0), PATIENCE)
    expect(withLog(log => log.receipts.alarms())).toEqual([])
  })

  /** A receipt that the sequencer signs for `of`, under another id and place. */
  const signElsewhere = (of: RecordedQuestion, id: number, index: number, sequencedAt?: number) => {
    const { home } = consortium.association
    const anchor = ledgerAnchor(home.anchor())
    const honest = verifyIntentReceipt(anchor, of.receipt)
    const intentId = new Uint8Array(16).fill(id)
    const changes = { intentId, index, sequencedAt: sequencedAt ?? honest.sequencedAt }
    return {
      ...of,
      intentId,
      receipt: signIntentReceipt(anchor, home.identity.signingKey, { ...honest, ...changes }),
    }
  }

  it('that contradict the mirror are refused before the key is used', async () => {
    const honest = await record()
    await evaluate(honest)
    // Now the mirror has got there.
    await vi.waitUntil(() => withLog(log => log.receipts.all().length === 0), PATIENCE)
    const { index } = verifyIntentReceipt(ledgerAnchor(consortium.association.home.anchor()), honest.receipt)
    const [jia, yi] = [consortium.firm('jia'), consortium.firm('yi')]
    const asked = yi.evaluations()
    for (const [id, place] of [
      [7, index - 1],
      [8, 0],
    ] as const) {
      const question = signElsewhere(honest, id, place)
      const hello = helloOf(question, question.table('yi', 'B'))
      expect(await refusalOf(call({ from: jia, to: yi, ...hello }))).toBe('ERR_LEDGER_RECEIPT')
      const evidence = JSON.parse(readFileSync(yi.home.paths.intentFinding(toHex(question.intentId)), 'utf8'))
      expect(evidence).toMatchObject({ index: place, receipt: toHex(question.receipt) })
      expect(evidence.leafFound).toMatch(/^[0-9a-f]{64}$/)
    }
    expect(yi.evaluations()).toBe(asked)
  })

  it('are an alarm when the sequencer signed for what it never recorded', async () => {
    const honest = await record()
    const anchor = ledgerAnchor(consortium.association.home.anchor())
    const receipt = verifyIntentReceipt(anchor, honest.receipt)
    // One names the place that another entry takes soon, one a place that the ledger does not reach in time.
    const elsewhere = signElsewhere(honest, 1, receipt.index + 1)
    const nowhere = signElsewhere(honest, 2, receipt.index + 1_000, receipt.sequencedAt - 600_000)
    await evaluate(elsewhere)
    await evaluate(nowhere)
    await record()
    const yi = consortium.firm('yi')
    await vi.waitUntil(() => withLog(log => log.receipts.alarms().length === 2), PATIENCE)
    expect(withLog(log => log.receipts.alarms().map(({ code }) => code))).toEqual([
      'ERR_LEDGER_RECEIPT',
      'ERR_LEDGER_RECEIPT',
    ])
    expect(yi.logText.match(/answered intent is not on record/g)).toHaveLength(2)
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
