import { existsSync, readFileSync } from 'node:fs'
import { fromHex, toHex } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { SUITE_IDS } from '@mixun/core/suite'
import { MAX_FILL_IN_MS, readEntry, signedEntryCodec, verifyEntry } from '@mixun/ledger-adapter/ledger'
import { runKeywordOtClient } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { BUILT_IN_AUDIT_RULES } from '@mixun/ledger-adapter/policy'
import { Consortium } from '@mixun/sdk/consortium'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { recordRule } from '../association/rules.ts'
import { PartyLog } from '../stores/party-log.ts'
import { type BoughtQuestion, buyIntent, usePurchase } from '../testing/bought-question.ts'
import { call } from '../testing/call.ts'
import { helloOf, statementOf } from '../testing/recorded-question.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { IntentWatch } from './intent-watch.ts'

const PATIENCE = { timeout: 30_000 }
const silent = pino({ level: 'silent' })

describe.each(SUITE_IDS)('intents bought in advance at a provider, suite %s', suite => {
  let consortium: TestConsortium
  let jia: Consortium
  beforeAll(async () => {
    consortium = await TestConsortium.found({ suite, firms: { jia: null, bing: [], yi: [] } })
    const rules = { ...BUILT_IN_AUDIT_RULES, boughtIntents: { open: 20, hours: 1 }, version: undefined }
    await recordRule(consortium.association.home, 'audit-rules', JSON.parse(JSON.stringify(rules)))
    jia = Consortium.open(consortium.firm('jia').home)
  })
  afterAll(async () => {
    await jia.close()
    await consortium[Symbol.asyncDispose]()
  })

  const evaluate = async (question: BoughtQuestion, provider = 'yi', name: 'B' | 'C' = 'B', from = 'jia') => {
    const table = question.table(provider, name)
    const parties = { from: consortium.firm(from), to: consortium.firm(provider) }
    const session = await call({ ...parties, ...helloOf(question, table) })
    const { input, blind } = question
    const statement = statementOf(question, table)
    await runKeywordOtClient(session, { oprf: oprfSuiteOf(suite), statement, input, blind })
    await session.close()
  }
  const refused = async (asking: Promise<void>) =>
    (await expectCodeAsync('ERR_PEER_REFUSED', asking)).details['peerCode']
  const withLog = <T>(firm: string, read: (log: PartyLog) => T): T => {
    using log = new PartyLog(consortium.firm(firm).home.paths.partyLog)
    return read(log)
  }

  it('are answered once a class, and a second fill-in is refused and kept: ERR_INTENT_USED', async () => {
    const purchase = await buyIntent(jia)
    const question = await usePurchase(jia, purchase, investor(1))
    await evaluate(question)
    expect(await refused(evaluate(question))).toBe('ERR_INTENT_REPLAYED')
    await evaluate(question, 'yi', 'C')
    const second = await usePurchase(jia, purchase, investor(2))
    expect(await refused(evaluate(second))).toBe('ERR_INTENT_USED')
    const { home } = consortium.firm('yi')
    const kept = JSON.parse(readFileSync(home.paths.intentFinding(toHex(purchase.bought.intentId)), 'utf8'))
    const key = consortium.firm('jia').home.identity.signingKey.publicKey
    const uses = [kept.first, kept.second].map(each => signedEntryCodec.decode(fromHex(each)))
    // Both signed by the inquirer, under one intent id: evidence against it.
    for (const entry of uses) verifyEntry(jia.registry.anchor, key, entry)
    const payloads = uses.map(
      entry => readEntry(entry).payload as { intentId: Uint8Array; element: Uint8Array },
    )
    expect(payloads.map(({ intentId }) => intentId)).toEqual([question.intentId, question.intentId])
    expect(payloads.map(({ element }) => element)).toEqual([question.element, second.element])
    await jia.appendEntry(question.entry)
    await vi.waitUntil(() => withLog('yi', log => log.receipts.all().length === 0), PATIENCE)
    expect(withLog('yi', log => log.receipts.alarms())).toEqual([])
    // At another provider, which was not asked before but sees what is on record.
    const bing = Consortium.open(consortium.firm('bing').home)
    await bing.sync()
    await bing.close()
    expect(await refused(evaluate(second, 'bing'))).toBe('ERR_INTENT_USED')
  })

  it('are refused to others, beyond their time and beyond what was bought', async () => {
    const purchase = await buyIntent(jia)
    const question = await usePurchase(jia, purchase, investor(1))
    expect(await refused(evaluate(question, 'yi', 'B', 'bing'))).toBe('ERR_RECEIPT_FOREIGN')
    const past = Date.now() - 1_000
    const expired = await usePurchase(jia, purchase, investor(1), { createdAt: past - 1, expiresAt: past })
    expect(await refused(evaluate(expired))).toBe('ERR_RECEIPT_FOREIGN')
    const ahead = Date.now() + 500_000
    const dated = await usePurchase(jia, purchase, investor(1), { createdAt: ahead - 1, expiresAt: ahead })
    expect(await refused(evaluate(dated))).toBe('ERR_RECEIPT_FOREIGN')
    const longer = await usePurchase(jia, purchase, investor(1), { expiresAt: purchase.bought.expiresAt + 1 })
    expect(await refused(evaluate(longer))).toBe('ERR_RECEIPT_FOREIGN')
    const narrow = await usePurchase(jia, purchase, investor(1), { classes: ['C'] })
    expect(await refused(evaluate(narrow))).toBe('ERR_RECEIPT_FOREIGN')
    // The fill-in of another purchase, and one that somebody else signed.
    const other = await buyIntent(jia)
    const mixed = { ...(await usePurchase(jia, other, investor(1))), intentId: question.intentId }
    const receipt = Uint8Array.from(question.receipt)
    receipt.set(mixed.receipt.subarray(-200), receipt.length - 200)
    expect(await refused(evaluate({ ...question, receipt }))).toBe('ERR_RECEIPT_FOREIGN')
    expect(withLog('yi', log => log.isAsked(question.intentId, 'B'))).toBe(false)
    await evaluate(question)
  })

  it('are an alarm when they are not filled in, or filled in otherwise: ERR_INTENT_UNFILLED', async () => {
    const [never, otherwise] = [await buyIntent(jia), await buyIntent(jia)]
    const unfilled = await usePurchase(jia, never, investor(1))
    await evaluate(unfilled)
    const used = await usePurchase(jia, otherwise, investor(1))
    await evaluate(used)
    // Another provider was shown another use; that one is put on record.
    const shown = await usePurchase(jia, otherwise, investor(2))
    await evaluate(shown, 'bing')
    await jia.appendEntry(shown.entry)
    const { home } = consortium.firm('yi')
    const intent = toHex(used.intentId)
    await vi.waitUntil(() => existsSync(home.paths.intentFinding(intent)), PATIENCE)
    expect(JSON.parse(readFileSync(home.paths.intentFinding(intent), 'utf8'))).toMatchObject({
      code: 'ERR_INTENT_USED',
    })
    expect(withLog('yi', log => log.receipts.alarms().map(({ code }) => code))).toEqual(['ERR_INTENT_USED'])
    // A watch whose mirror is up to date three days later.
    const yi = Consortium.open(home)
    await yi.sync()
    using log = new PartyLog(home.paths.partyLog, undefined, home.identity.suite)
    const watch = new IntentWatch(yi, log, silent)
    watch.check(Date.now() + MAX_FILL_IN_MS)
    expect(log.receipts.alarms()).toHaveLength(1)
    watch.check(Date.now() + MAX_FILL_IN_MS + 400_000)
    await yi.close()
    const codes = log.receipts.alarms().filter(each => toHex(each.intentId) === toHex(unfilled.intentId))
    expect(codes.map(({ code }) => code)).toEqual(['ERR_INTENT_UNFILLED'])
  })
})
