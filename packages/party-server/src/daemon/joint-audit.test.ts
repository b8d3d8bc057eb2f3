import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { jointInquirerRecordCodec } from '@mixun/ot/joint-query'
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
} from '@mixun/sdk/joint'
import type { JointTableKeys, KeyStore } from '@mixun/sdk/keystore'
import { JointQueryStore, openVault } from '@mixun/sdk/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeOverdue } from '../association/audit-sample.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { dueIntents } from '../ledger/due-intents.ts'
import { auditDecide } from '../cli/verbs/audit-decide.ts'
import { auditInquiry } from '../cli/verbs/audit-inquiry.ts'
import { openInquiry } from '../cli/verbs/open-inquiry.ts'
import { rotateKey } from '../cli/verbs/rotate-key.ts'
import { AMOUNT, AuditedQueries, PERSON, PROVIDERS, TOTAL } from '../testing/audited-queries.ts'
import { call } from '../testing/call.ts'
import { DOCUMENT } from '../testing/clients.ts'
import { publishBook } from '../testing/joint-books.ts'
import { CHECKER } from '../testing/records.ts'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'
import type { TestConsortium } from '../testing/test-consortium.ts'

const HOUR_MS = 3_600_000
/** The association fails to keep its answer to a comparison, and so gives none. */
const NOT_YET =
  "CREATE TRIGGER not_yet BEFORE INSERT ON joint_answers BEGIN SELECT RAISE(ABORT, 'not yet'); END"

function replaceKeys(keys: KeyStore, secrets: JointTableKeys): void {
  keys.destroyJointKeys(1)
  keys.createJointKeys(1, secrets)
}

describe.each(SUITES_OF_RUN)('audits of joint queries, suite %s', suite => {
  let audits: AuditedQueries
  let consortium: TestConsortium
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mixun-joint-audit-'))
    audits = await AuditedQueries.found(suite)
    consortium = audits.consortium
  }, 60_000)
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await audits?.[Symbol.asyncDispose]()
  })

  test('a drawn query is due, opened and run again with the sides that its beacon drew; others stay closed', async () => {
    const { intentId } = await (await audits.asking('honest', { atLeastFen: TOTAL }))()
    await audits.drawAndOpen(intentId)
    const told = () => consortium.firm('jia').logText.includes(intentId)
    await consortium.firm('jia').start()
    await expect.poll(told, { timeout: 15_000 }).toBe(true)
    await consortium.firm('jia').stop()
    const sides = audits.drawnOf(intentId)
    const replayed = await audits.replay(intentId)
    expect(replayed).toEqual({
      firms: 3,
      sides: [...sides, consortium.association.id],
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
    const faults = async () => (await audits.replay(intentId).catch(() => null))?.faults
    await expect.poll(faults, { timeout: 15_000, interval: 500 }).toEqual([])
    expect(await audits.decide(intentId, 'genuine')).toMatchObject({ inquirer: 'jia', penalty: 0 })
    expect(audits.resultOf(intentId)).toBe('opened')
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
    expect((await (await audits.asking('after'))()).reveal()).toBe(TOTAL)
  }, 90_000)

  test('who waits with the comparison until a beacon drew compares nothing any more: ERR_JOINT_ENDED', async () => {
    using theirs = new DatabaseSync(consortium.association.home.paths.joint)
    theirs.exec(NOT_YET)
    const asking = await audits.asking('waiting', { atLeastFen: TOTAL })
    await expectCodeAsync('ERR_PEER_REFUSED', asking())
    const { home } = consortium.firm('jia')
    using journal = new JointQueryStore(home.paths.joint, openVault(home))
    await audits.draw(toHex(journal.named('waiting')?.intentId as Uint8Array))
    theirs.exec('DROP TRIGGER not_yet')
    const refused = await expectCodeAsync('ERR_PEER_REFUSED', asking())
    expect(refused.details['peerCode']).toBe('ERR_JOINT_ENDED')
  }, 60_000)

  test('an inquirer that compares another limit than it stated is caught, and it costs points', async () => {
    using theirs = new DatabaseSync(consortium.association.home.paths.joint)
    theirs.exec(NOT_YET)
    const asking = await audits.asking('shifted', { atLeastFen: TOTAL })
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
    await audits.drawAndOpen(intentId)
    await expectCodeAsync('ERR_VERIFY_REPLAY', audits.replay(intentId))
    await expectCodeAsync('ERR_VERIFY_REPLAY', audits.decide(intentId, 'genuine'))
    const before = await audits.ledger.balance('jia')
    expect(await audits.decide(intentId, 'forged')).toMatchObject({
      inquirer: 'jia',
      isSuspensionProposed: true,
    })
    expect((await audits.ledger.balance('jia')).available).toBeLessThan(before.available)
    expect(audits.resultOf(intentId)).toBe('forged')
  }, 90_000)

  test('firms that hand out other shares than follow from their answer are named, with evidence', async () => {
    const answer = await audits.askInTwo('shares', intentId => {
      for (const party of ['bing', 'ding']) audits.tamper(party, intentId, 'share')
    })
    expect(answer.reveal()).not.toBe(TOTAL)
    await audits.drawAndOpen(answer.intentId)
    const found = await audits.replay(answer.intentId)
    const blamed = audits.drawnOf(answer.intentId).filter(party => party !== 'yi')
    expect(found?.faults.map(({ party, code }) => [party, code])).toEqual(
      blamed.map(party => [party, 'ERR_VERIFY_REPLAY']),
    )
    for (const { file } of found?.faults ?? []) expect(readFileSync(file as string).length).toBeGreaterThan(0)
    // It is no fault of who asked.
    expect(await audits.decide(answer.intentId, 'genuine')).toMatchObject({ penalty: 0 })
  }, 90_000)

  test('a firm that takes other words of masks than it agreed on is found between two sides', async () => {
    const answer = await audits.askInTwo('words', intentId => {
      for (const party of ['bing', 'ding']) audits.tamper(party, intentId, 'word')
    })
    expect(answer.reveal()).not.toBe(TOTAL)
    await audits.drawAndOpen(answer.intentId)
    const found = await audits.replay(answer.intentId)
    const pair = audits.drawnOf(answer.intentId)
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
    const answer = await (await audits.asking('masked'))()
    for (const { keys, own } of replaced) replaceKeys(keys, own)
    expect(answer.reveal()).toBe(AMOUNT)
    await audits.drawAndOpen(answer.intentId)
    const { root } = consortium.association
    const look = await runVerb(auditDecide, [
      answer.intentId,
      '--operator',
      CHECKER,
      '--home',
      root,
      '--json',
    ])
    const blamed = audits.drawnOf(answer.intentId).filter(party => party !== 'yi')
    const { idNumber, replay: found } = JSON.parse(look.stdout)
    expect(idNumber).toBe(PERSON.reveal())
    expect(found.faults.map(({ party, code }: JointFault) => [party, code])).toEqual(
      blamed.map(party => [party, 'ERR_VERIFY_COMMITMENT']),
    )
  }, 60_000)

  test('an opening that leaves something out, or changes it, does not come out again', async () => {
    const { intentId } = await (await audits.asking('changed'))()
    await audits.drawAndOpen(intentId)
    const { opening, sessions } = audits.kept(intentId)
    const shown = jointSessionsCodec.decode(sessions)
    const { paths } = consortium.firm('jia').home
    const sources: JointAuditSources = {
      table: async (provider, version) => readFileSync(paths.jointTable(provider, version)),
      side: async () => null,
    }
    const audit = (changes: Partial<typeof shown>, about: Partial<InquiryOpeningJson> = {}) => {
      const changed = jointSessionsCodec.encode({ ...shown, ...changes })
      const digest = toHex(jointSessionsDigest(audits.ledger.registry.anchor.suite, changed))
      const named = { seed: opening.joint?.seed ?? '', sessions: digest }
      const claimed = { ...opening, joint: named, ...about }
      return auditJointQuery(claimed, changed, audits.ledger.registry, sources, [])
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
    const plain = auditOpening({ ...opening, joint: null }, DOCUMENT, audits.ledger.registry, audits.ledger)
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', plain)
    expectCode('ERR_INPUT_RANGE', () => audits.mixun.openInquiry('never asked'))
  }, 60_000)

  // The last: it sets the ledger's clock forward.
  test('one that is not opened by its deadline is found, as any inquiry is; until then its tables stay', async () => {
    const { intentId } = await (await audits.asking('overdue'))()
    const { home } = consortium.association
    const bing = consortium.firm('bing')
    const table = bing.home.paths.jointTable('bing', 1)
    await publishBook(bing, [{ subject: PERSON, amount: 1n }])
    await expect.poll(() => bing.home.keys.jointVersions(), { timeout: 20_000 }).toEqual([2])
    const before = audits.mixun.openInquiry('changed').intentId
    expect(await audits.replay(before)).toMatchObject({ firms: 3, faults: [] })
    await audits.draw(intentId)
    const later = () => Date.now() + 2 * HOUR_MS
    const then = openAssociationLedger(home, { now: later })
    const findings = await closeOverdue(home, then, later())
    await then.close()
    const found = findings.map(each => each.intentId)
    expect(found).toContain(intentId)
    // What was handed in waits for a decision.
    expect(found).not.toContain(audits.mixun.openInquiry('masked').intentId)
    for (const each of await dueIntents(audits.ledger.registry, audits.ledger, Date.now())) {
      await audits.decide(each.intentId, 'forged')
    }
    await expect.poll(() => existsSync(table), { timeout: 15_000 }).toBe(false)
  }, 60_000)
})
