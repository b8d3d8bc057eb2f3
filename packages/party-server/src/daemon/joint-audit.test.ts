import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { dueSides } from '@mixun/ledger-adapter/ledger'
import { BUILT_IN_AUDIT_RULES } from '@mixun/ledger-adapter/policy'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { jointAnswerRecordCodec, jointInquirerRecordCodec, jointReceiptCodec } from '@mixun/ot/joint-query'
import {
  auditOpening,
  type InquiryOpeningJson,
  jointSessionsCodec,
  jointSessionsDigest,
} from '@mixun/sdk/audit'
import {
  type AuditedJointQuery,
  auditJointQuery,
  JOINT_FRAME_PARAMETERS,
  JOINT_SIDE_PROTOCOL,
  type JointAuditSources,
  type JointFault,
  OVERDUE_DATASET,
} from '@mixun/sdk/joint'
import type { JointTableKeys, KeyStore } from '@mixun/sdk/keystore'
import { JointQueryStore, openVault } from '@mixun/sdk/store'
import type { Mixun } from '@mixun/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideOpening, keptOpening, replayKept } from '../association/audit-openings.ts'
import { closeOverdue, drawAuditSample } from '../association/audit-sample.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { auditDecide } from '../cli/verbs/audit-decide.ts'
import { auditInquiry } from '../cli/verbs/audit-inquiry.ts'
import { openInquiry } from '../cli/verbs/open-inquiry.ts'
import { rotateKey } from '../cli/verbs/rotate-key.ts'
import { dueIntents } from '../ledger/due-intents.ts'
import { openJointAnswers } from '../stores/open.ts'
import { call } from '../testing/call.ts'
import { DOCUMENT } from '../testing/clients.ts'
import { publishBook } from '../testing/joint-books.ts'
import { CHECKER } from '../testing/records.ts'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const PROVIDERS = ['bing', 'ding', 'yi']
/** In fen, of one person at each firm. */
const AMOUNT = 1_000n
const TOTAL = 3_000n
const HOUR_MS = 3_600_000
const { version: _, ...RULES } = BUILT_IN_AUDIT_RULES
const person = investor(1)

function replaceKeys(keys: KeyStore, secrets: JointTableKeys): void {
  keys.destroyJointKeys(1)
  keys.createJointKeys(1, secrets)
}

describe.each(SUITES_OF_RUN)('audits of joint queries, suite %s', suite => {
  let consortium: TestConsortium
  let mixun: Mixun
  let ledger: SqliteLedger
  let folder: string

  const ask = async (requestId: string, of: Parameters<Mixun['jointQuery']>[1]['of'] = 'overdueFen') => {
    const consent = await mixun.consents.register(person, {
      classes: ['B'],
      datasets: [OVERDUE_DATASET],
      purpose: 'credit-granting',
      document: DOCUMENT,
      maxUses: 3,
    })
    return () => mixun.jointQuery(person, { of, consent, requestId })
  }

  beforeAll(async () => {
    const firms = Object.fromEntries(['jia', ...PROVIDERS].map(firm => [firm, null]))
    consortium = await TestConsortium.found({ suite, firms, limits: { answerTimeoutMs: 30_000 } })
    const { home } = consortium.association
    await recordRule(home, 'joint-rules', { minFirms: 3, missingAfterSeconds: 0, pricePerFirm: 1 })
    await recordRule(home, 'audit-rules', { ...RULES, samplePerMillion: 1_000_000, openingHours: 1 })
    for (const provider of PROVIDERS) {
      await publishBook(consortium.firm(provider), [{ subject: person, amount: AMOUNT }])
      await consortium.firm(provider).start()
    }
    mixun = await consortium.firm('jia').client()
    folder = mkdtempSync(join(tmpdir(), 'mixun-joint-audit-'))
    ledger = openAssociationLedger(home)
  }, 60_000)
  afterAll(async () => {
    if (folder !== undefined) rmSync(folder, { recursive: true })
    await mixun?.close()
    await ledger?.close()
    await consortium?.[Symbol.asyncDispose]()
  })

  /** Draws until a beacon drew the query, and hands its opening to the association. */
  async function drawAndOpen(intentId: string): Promise<void> {
    const { home } = consortium.association
    const drawn = async () => {
      await drawAuditSample(home, ledger)
      const due = await dueIntents(ledger.registry, ledger, Date.now())
      return due.some(each => each.intentId === intentId && each.inquirer === 'jia')
    }
    await expect.poll(drawn, { timeout: 15_000 }).toBe(true)
    // The association's daemon takes the sample in by itself.
    await expect
      .poll(() => mixun.submitOpening(intentId, DOCUMENT).catch(error => error.details?.peerCode ?? error), {
        timeout: 15_000,
      })
      .toBeUndefined()
  }
  const kept = (intentId: string) =>
    keptOpening(consortium.association.home, ledger.registry, fromHex(intentId))
  const replay = (intentId: string) =>
    replayKept(consortium.association.home, ledger.registry, kept(intentId))
  const decide = (intentId: string, decision: 'genuine' | 'forged') =>
    decideOpening(consortium.association.home, ledger, fromHex(intentId), decision)
  const resultOf = (intentId: string) => ledger.registry.policy.audits.result(fromHex(intentId))
  const drawnOf = (intentId: string) => dueSides(ledger.registry, fromHex(intentId)).sides

  /** Changes the answer that a firm keeps of a query, before its share goes out. */
  function tamper(party: string, intentId: string, change: 'share' | 'word'): void {
    using answers = openJointAnswers(consortium.firm(party).home)
    const id = fromHex(intentId)
    const answer = answers.find(id)
    if (answer === undefined) throw new Error(`expected an answer of ${party}`)
    const record = jointAnswerRecordCodec.decode(answer.record)
    const share = answer.share.slice()
    const words = record.words.slice()
    const own = PROVIDERS.indexOf(party)
    const add = (bytes: Uint8Array, at: number, number: bigint) => {
      const view = new DataView(bytes.buffer)
      view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at, true) + number), true)
    }
    const step = BigInt(own + 1)
    if (change === 'share') add(share, 0, step)
    else {
      // Words that are larger add as much to a share, or take it away: firms stand in ascending order.
      for (let j = 0; j < 2; j++) {
        add(words, 16 * j, step)
        add(share, 0, j < own ? -step : step)
      }
    }
    const changed = { ...answer, share, record: jointAnswerRecordCodec.encode({ ...record, words }) }
    answers.keep(id, jointReceiptCodec.decode(answer.receipt).statement, changed)
  }

  /** Asks with one firm away, which leaves the others' answers kept and the query open; then goes on. */
  async function askInTwo(requestId: string, between: (intentId: string) => void) {
    const asking = await ask(requestId)
    const away = consortium.firm('yi')
    await away.stop()
    const missing = await expectCodeAsync('ERR_JOINT_MISSING', asking())
    between(String(missing.details['intentId']))
    await away.start()
    return asking()
  }

  test('a drawn query is due, opened and run again with the sides that its beacon drew; others stay closed', async () => {
    const { intentId } = await (await ask('honest', { atLeastFen: TOTAL }))()
    await drawAndOpen(intentId)
    const told = () => consortium.firm('jia').logText.includes(intentId)
    await consortium.firm('jia').start()
    await expect.poll(told, { timeout: 15_000 }).toBe(true)
    await consortium.firm('jia').stop()
    const sides = drawnOf(intentId)
    const replayed = await replay(intentId)
    expect(replayed).toEqual({
      firms: 3,
      sides: [...sides.toSorted(), consortium.association.id],
      isCompared: true,
      faults: [],
    })
    expect(sides).toHaveLength(2)
    const refused = async (to: string, from = consortium.association) => {
      const session = await call({
        from,
        to: consortium.firm(to),
        protocol: JOINT_SIDE_PROTOCOL,
        parameters: JOINT_FRAME_PARAMETERS,
      })
      await session.send(fromHex(intentId))
      const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
      session.abort()
      return error.details['peerCode']
    }
    const [drawn, undrawn] = [sides[0] as string, PROVIDERS.find(party => !sides.includes(party)) as string]
    expect(await refused(undrawn)).toBe('ERR_AUDIT_NOT_DUE')
    expect(await refused(drawn, consortium.firm('jia'))).toBe('ERR_LEDGER_MEMBER')
    // Keys that change since make nothing of it untrue.
    await runVerb(rotateKey, ['signing', '--home', consortium.firm(drawn).root])
    const faults = async () => (await replay(intentId).catch(() => null))?.faults
    await expect.poll(faults, { timeout: 15_000, interval: 500 }).toEqual([])
    expect(await decide(intentId, 'genuine')).toMatchObject({ inquirer: 'jia', penalty: 0 })
    expect(resultOf(intentId)).toBe('opened')
    expect(await refused(drawn)).toBe('ERR_AUDIT_NOT_DUE')
    // By files, as anybody may be shown it, it comes out again without the others' sides.
    const as = ['--operator', CHECKER, '--json']
    const [opening, document] = [join(folder, 'opening.json'), join(folder, 'signed.pdf')]
    writeFileSync(document, DOCUMENT)
    const opened = await runVerb(openInquiry, [
      'honest',
      '--out',
      opening,
      ...as,
      '--home',
      consortium.firm('jia').root,
    ])
    expect(opened).toMatchObject({ exitCode: 0, stderr: '' })
    const { root } = consortium.association
    const audited = await runVerb(auditInquiry, [opening, '--document', document, '--home', root, '--json'])
    expect(JSON.parse(audited.stdout)).toMatchObject({
      inquirer: 'jia',
      asked: PROVIDERS.map(provider => `${provider}/joint/1`),
      replay: { firms: 3, sides: [], isCompared: false, faults: [] },
    })
    // Setups whose secret was shown are gone, and made anew.
    expect((await (await ask('after'))()).reveal()).toBe(TOTAL)
  }, 90_000)

  test('an inquirer that compares another limit than it stated is caught, and it costs points', async () => {
    using theirs = new DatabaseSync(consortium.association.home.paths.joint)
    theirs.exec(
      "CREATE TRIGGER not_yet BEFORE INSERT ON joint_answers BEGIN SELECT RAISE(ABORT, 'not yet'); END",
    )
    const asking = await ask('shifted', { atLeastFen: TOTAL })
    await expectCodeAsync('ERR_PEER_REFUSED', asking())
    const { home } = consortium.firm('jia')
    using journal = new JointQueryStore(home.paths.joint, openVault(home))
    const id = journal.named('shifted')?.intentId as Uint8Array
    const kept = journal.contributions(id).get('bing')
    if (kept === undefined) throw new Error('expected what bing answered')
    // Asks whether the total is at least 1 fen more.
    const view = new DataView(kept.value.slice().buffer)
    view.setBigUint64(0, BigInt.asUintN(64, view.getBigUint64(0, true) - 1n), true)
    journal.contribute(id, 'bing', { ...kept, value: new Uint8Array(view.buffer) })
    theirs.exec('DROP TRIGGER not_yet')
    expect((await asking()).reveal()).toBe(false)
    const intentId = toHex(id)
    await drawAndOpen(intentId)
    await expectCodeAsync('ERR_VERIFY_REPLAY', replay(intentId))
    await expectCodeAsync('ERR_VERIFY_REPLAY', decide(intentId, 'genuine'))
    const before = await ledger.balance('jia')
    expect(await decide(intentId, 'forged')).toMatchObject({ inquirer: 'jia', isSuspensionProposed: true })
    expect((await ledger.balance('jia')).available).toBeLessThan(before.available)
    expect(resultOf(intentId)).toBe('forged')
  }, 90_000)

  test('firms that hand out other shares than follow from their answer are named, with evidence', async () => {
    const answer = await askInTwo('shares', intentId => {
      for (const party of ['bing', 'ding']) tamper(party, intentId, 'share')
    })
    expect(answer.reveal()).not.toBe(TOTAL)
    await drawAndOpen(answer.intentId)
    const found = await replay(answer.intentId)
    const blamed = drawnOf(answer.intentId).filter(party => party !== 'yi')
    expect(found?.faults.map(({ party, code }) => [party, code])).toEqual(
      blamed.toSorted().map(party => [party, 'ERR_VERIFY_REPLAY']),
    )
    for (const { file } of found?.faults ?? []) expect(readFileSync(file as string).length).toBeGreaterThan(0)
    // It is no fault of who asked.
    expect(await decide(answer.intentId, 'genuine')).toMatchObject({ penalty: 0 })
  }, 90_000)

  test('a firm that takes other words of masks than it agreed on is found between two sides', async () => {
    const answer = await askInTwo('words', intentId => {
      for (const party of ['bing', 'ding']) tamper(party, intentId, 'word')
    })
    expect(answer.reveal()).not.toBe(TOTAL)
    await drawAndOpen(answer.intentId)
    const found = await replay(answer.intentId)
    const pair = drawnOf(answer.intentId).toSorted()
    expect(found?.sides).toEqual(pair)
    expect(found?.faults.map(({ party, code }) => [party, code])).toEqual(
      pair.map(party => [party, 'ERR_VERIFY_REPLAY']),
    )
  }, 90_000)

  test('a firm that garbles with another mask key, so that nobody is in its book, is named', async () => {
    const replaced = ['bing', 'ding'].map(party => {
      const { keys } = consortium.firm(party).home
      const own = keys.openJointKeys(1)
      replaceKeys(keys, { ...own, maskKey: own.maskKey.map(byte => byte ^ 1) })
      return { keys, own }
    })
    const answer = await (await ask('masked'))()
    for (const { keys, own } of replaced) replaceKeys(keys, own)
    expect(answer.reveal()).toBe(AMOUNT)
    await drawAndOpen(answer.intentId)
    const { root } = consortium.association
    const look = await runVerb(auditDecide, [
      answer.intentId,
      '--operator',
      CHECKER,
      '--home',
      root,
      '--json',
    ])
    const blamed = drawnOf(answer.intentId).filter(party => party !== 'yi')
    const { idNumber, replay: found } = JSON.parse(look.stdout)
    expect(idNumber).toBe(person.reveal())
    expect(found.faults.map(({ party, code }: JointFault) => [party, code])).toEqual(
      blamed.toSorted().map(party => [party, 'ERR_VERIFY_COMMITMENT']),
    )
  }, 60_000)

  test('an opening that leaves something out, or changes it, does not come out again', async () => {
    const { intentId } = await (await ask('changed'))()
    await drawAndOpen(intentId)
    const { opening, sessions } = kept(intentId)
    const shown = jointSessionsCodec.decode(sessions)
    const { paths } = consortium.firm('jia').home
    const sources: JointAuditSources = {
      table: async (provider, version) => readFileSync(paths.jointTable(provider, version)),
      side: async () => null,
    }
    const audit = (changes: Partial<typeof shown>, about: Partial<InquiryOpeningJson> = {}) => {
      const changed = jointSessionsCodec.encode({ ...shown, ...changes })
      const digest = toHex(jointSessionsDigest(ledger.registry.anchor.suite, changed))
      const named = { seed: opening.joint?.seed ?? '', sessions: digest }
      const claimed = { ...opening, joint: named, ...about }
      return auditJointQuery(claimed, changed, ledger.registry, sources, [])
    }
    expect(await audit({})).toEqual({
      firms: 3,
      sides: [],
      isCompared: false,
      faults: [],
    } satisfies AuditedJointQuery)
    await expectCodeAsync('ERR_VERIFY_REPLAY', audit({ answered: shown.answered.slice(1) }))
    const { joint } = opening
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', audit({ shares: [] }, { joint }))
    const seed = { ...(opening.joint as { sessions: string }), seed: '00'.repeat(32) }
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', audit({}, { joint: seed }))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', audit({}, { idNumber: investor(2).reveal() }))
    // As one would who fed a firm another entry than the subject's.
    const [first, ...rest] = shown.answered as [Uint8Array, ...Uint8Array[]]
    const record = jointInquirerRecordCodec.decode(first)
    const choice = record.choice.map((byte, i) => (i === 0 ? byte ^ 1 : byte))
    const other = jointInquirerRecordCodec.encode({ ...record, choice })
    await expectCodeAsync('ERR_VERIFY_REPLAY', audit({ answered: [other, ...rest] }))
    // A check that holds is no firm's fault.
    await expectCodeAsync('ERR_VERIFY_REPLAY', audit({ failed: [first] }))
    const [share, ...shares] = shown.shares as [(typeof shown.shares)[number], ...typeof shown.shares]
    const signed = share.signed.with(share.signed.length - 1, (share.signed.at(-1) as number) ^ 1)
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', audit({ shares: [{ ...share, signed }, ...shares] }))
    await expectCodeAsync('ERR_CONSENT_UNKNOWN', audit({}, { intentId: '00'.repeat(16) }))
    // Nor does one that says it is of another kind.
    const plain = auditOpening({ ...opening, joint: null }, DOCUMENT, ledger.registry, ledger)
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', plain)
    expectCode('ERR_INPUT_RANGE', () => mixun.openInquiry('never asked'))
  }, 60_000)

  // The last: it sets the ledger's clock forward.
  test('one that is not opened by its deadline is found, as any inquiry is; until then its tables stay', async () => {
    const { intentId } = await (await ask('overdue'))()
    const { home } = consortium.association
    const bing = consortium.firm('bing')
    const table = bing.home.paths.jointTable('bing', 1)
    await publishBook(bing, [{ subject: person, amount: 1n }])
    await expect.poll(() => bing.home.keys.jointVersions(), { timeout: 20_000 }).toEqual([2])
    const before = mixun.openInquiry('changed').intentId
    expect(await replay(before)).toMatchObject({ firms: 3, faults: [] })
    const isDrawn = async () => {
      await drawAuditSample(home, ledger)
      return (await dueIntents(ledger.registry, ledger, Date.now())).some(each => each.intentId === intentId)
    }
    await expect.poll(isDrawn, { timeout: 15_000 }).toBe(true)
    const later = () => Date.now() + 2 * HOUR_MS
    const then = openAssociationLedger(home, { now: later })
    const findings = await closeOverdue(home, then, later())
    await then.close()
    expect(findings.find(each => each.intentId === intentId)).toMatchObject({ inquirer: 'jia' })
    await expect.poll(() => existsSync(table), { timeout: 15_000 }).toBe(false)
  }, 60_000)
})
