import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import type { Member } from '@mixun/ledger-adapter/ledger'
import type { Mixun } from '@mixun/sdk'
import { Connections } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NodeHealth } from '../association/nodes.ts'
import { recordRule, setMemberStatus } from '../association/rules.ts'
import { approveInquiry } from '../cli/verbs/approve-inquiry.ts'
import { budget } from '../cli/verbs/budget.ts'
import { importExport } from '../cli/verbs/import.ts'
import { member } from '../cli/verbs/member.ts'
import { nodes } from '../cli/verbs/nodes.ts'
import { rule } from '../cli/verbs/rule.ts'
import { withdrawConsent } from '../cli/verbs/withdraw-consent.ts'
import { openLedgerAccess } from '../ledger/access.ts'
import { localPolicy } from '../ledger/local-policy.ts'
import { consentOf } from '../testing/clients.ts'
import { CHECKER, MAKER } from '../testing/records.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { VERSION } from '../version.ts'
import { NODE_STATUS_PARAMETERS, NODE_STATUS_PROTOCOL } from './node-status.ts'

const subject = investor(1)
let consortium: TestConsortium
let mixun: Mixun

beforeAll(async () => {
  consortium = await TestConsortium.found({
    firms: { jia: null, yi: [{ subject, kind: 'contract-due-not-repaid' }] },
  })
  mixun = await consortium.firm('jia').client()
})
afterAll(async () => {
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

const associationHome = () => consortium.association.home
const noLimits = { perDay: { A: null, B: null, C: null }, perDayByPurpose: [], perEpoch: null }

async function memberOf(party: string): Promise<Member | undefined> {
  await using access = await openLedgerAccess(consortium.firm('jia').home)
  return access.registry.member(party)
}

/** Writes a rule as the operator does and records it with the verb. */
function runRule(kind: string, content: object) {
  const file = join(consortium.root, `${kind}.json`)
  writeFileSync(file, JSON.stringify(content))
  return runVerb(rule, [kind, file, '--home', associationHome().root, '--json'])
}

it('nobody answers under a withdrawn consent: ERR_CONSENT_WITHDRAWN', async () => {
  const consent = await consentOf(mixun, subject, { maxUses: 5 })
  expect(await mixun.checkDefaults(subject, { consent, requestId: 'before' })).toMatchObject({
    verdict: 'found',
  })
  const args = [consent, '--operator', MAKER, '--home', consortium.firm('jia').root, '--json']
  expect(codeIn(await runVerb(withdrawConsent, [...args, '--reason', 'because']))).toBe('ERR_CONSENT_INVALID')
  expect((await runVerb(withdrawConsent, args)).exitCode).toBe(0)
  expect(codeIn(await runVerb(withdrawConsent, args))).toBe('ERR_CONSENT_WITHDRAWN')
  await expectCodeAsync(
    'ERR_CONSENT_WITHDRAWN',
    mixun.checkDefaults(subject, { consent, requestId: 'after' }),
  )
  // It did not even begin.
  expectCode('ERR_INPUT_RANGE', () => mixun.openInquiry('after'))
})

it('a consent of more than two years is refused before anything is kept: ERR_CONSENT_INVALID', async () => {
  await expectCodeAsync('ERR_CONSENT_INVALID', consentOf(mixun, subject, { validDays: 732 }))
})

it('the budget of a firm stops it at its limit, and warns before: ERR_BUDGET_EXCEEDED', async () => {
  const consent = await consentOf(mixun, subject, { maxUses: 5 })
  const perDay = { A: null, B: 2, C: null }
  expect(await runRule('budget', { ...noLimits, partyId: 'jia', perDay })).toMatchObject({ exitCode: 0 })
  await mixun.checkDefaults(subject, { consent, requestId: 'second' })
  await expectCodeAsync('ERR_BUDGET_EXCEEDED', mixun.checkDefaults(subject, { consent, requestId: 'third' }))
  const shown = await runVerb(budget, ['--home', consortium.firm('jia').root, '--json'])
  expect(JSON.parse(shown.stdout).budgets).toEqual([
    { partyId: 'jia', budget: 'day/B', used: 2, limit: 2, isAlarm: true },
  ])
  await expect.poll(() => consortium.association.logText, { timeout: 20_000 }).toContain('budget nearly used')
  await recordRule(associationHome(), 'budget', { ...noLimits, partyId: 'jia' })
  await mixun.checkDefaults(subject, { consent, requestId: 'third' })
})

it('an inquiry for a purpose under dual control waits for a second operator: ERR_APPROVAL_PENDING', async () => {
  const { root, home } = consortium.firm('jia')
  writeFileSync(
    home.paths.config,
    `${readFileSync(home.paths.config, 'utf8')}\n[inquiries]\ndualControl = ["monitoring"]\n`,
  )
  await using firm = await consortium.firm('jia').client()
  const consent = await consentOf(firm, subject, { purpose: 'monitoring' })
  const ask = () => firm.checkDefaults(subject, { consent, requestId: 'watched', operator: MAKER })
  const before = consortium.ledgerSize
  await expectCodeAsync('ERR_APPROVAL_PENDING', ask())
  expect(consortium.ledgerSize).toBe(before)
  const approveAs = (operator: string) =>
    runVerb(approveInquiry, ['watched', '--operator', operator, '--home', root, '--json'])
  expect(codeIn(await approveAs(MAKER))).toBe('ERR_OPERATOR_UNKNOWN')
  expect(JSON.parse((await approveAs(CHECKER)).stdout)).toMatchObject({ maker: MAKER, checker: CHECKER })
  expect(await ask()).toMatchObject({ verdict: 'found' })
})

it('a retired parameter set is not served: ERR_PARAMETER_RETIRED', async () => {
  const consent = await consentOf(mixun, subject)
  const from = Date.now() + 500
  const change = { parameters: 'keywordot_ristretto255-SHA512', status: 'retired' }
  expect(codeIn(await runRule('parameters', { ...change, from: '2020-01-01T00:00:00Z' }))).toBe(
    'ERR_LEDGER_POLICY',
  )
  expect(await runRule('parameters', { ...change, from: new Date(from).toISOString() })).toMatchObject({
    exitCode: 0,
  })
  // What the daemon of yi has taken in.
  const isEnabled = async () =>
    (await localPolicy(consortium.firm('yi').home)).parameters.isEnabled(change.parameters, Date.now())
  await expect.poll(isEnabled, { timeout: 20_000 }).toBe(false)
  const answer = await mixun.checkDefaults(subject, { consent, requestId: 'retired' })
  expect(answer.missing).toEqual([
    { party: 'yi', class: 'B', code: 'ERR_PARAMETER_RETIRED' },
    { party: 'yi', class: 'C', code: 'ERR_PARAMETER_RETIRED' },
  ])
})

it('a member that is suspended or retired is not asked, until it is active again', async () => {
  const root = associationHome().root
  const set = (status: string) => runVerb(member, ['yi', '--status', status, '--home', root, '--json'])
  expect(codeIn(await set('asleep'))).toBe('ERR_PARAMETER_UNKNOWN')
  const consent = await consentOf(mixun, subject)
  expect((await set('retired')).exitCode).toBe(0)
  await expectCodeAsync(
    'ERR_TABLE_UNAVAILABLE',
    mixun.checkDefaults(subject, { consent, requestId: 'nobody' }),
  )
  expect((await set('active')).exitCode).toBe(0)
  await expectCodeAsync('ERR_LEDGER_MEMBER', setMemberStatus(associationHome(), 'nobody', 'retired'))
})

it('an import marks what is late by the calendar of the ledger, once for each record', async () => {
  const firm = consortium.firm('jia')
  const calendar = {
    from: '2025-01-01',
    workingDays: [{ wire: 204, days: 3 }],
    holidays: [],
    workedWeekends: [],
  }
  expect(await runRule('calendar', { ...calendar, from: '2025-13-01' })).toMatchObject({ exitCode: 1 })
  expect(await runRule('calendar', calendar)).toMatchObject({ exitCode: 0 })
  await (await firm.client()).close()
  const header =
    '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'
  const importLate = async (amount: string) => {
    const row = `某某,身份证,${subject.reveal()},股票质押,司法纠纷,2025-03-14,${amount},未了结,,SQ00000001,新,`
    const file = join(consortium.root, 'late.csv')
    writeFileSync(file, [header, row, ''].join('\n'))
    // Dating the file back does not make it come in time.
    const args = [file, '--profile', 'jia', '--operator', MAKER, '--as-of', '2025-03-14']
    const { stdout } = await runVerb(importExport, [...args, '--home', firm.root, '--json'])
    return JSON.parse(stdout) as object
  }
  expect(await importLate('100.50')).toMatchObject({ accepted: 1, late: 1 })
  expect(await importLate('100.51')).toMatchObject({ accepted: 1, late: 0 })
})

it('the association sees the health of each node, and nobody else is told', async () => {
  const yi = consortium.firm('yi')
  const healthy = { status: 'active', isReachable: true, code: null, version: VERSION }
  const seen = async () => {
    const { stdout } = await runVerb(nodes, ['--home', associationHome().root, '--json'])
    return (JSON.parse(stdout) as { nodes: NodeHealth[] }).nodes
  }
  // jia runs no daemon.
  await expect.poll(seen, { timeout: 20_000 }).toMatchObject([
    { party: 'jia', isReachable: false, version: null },
    { party: 'yi', ...healthy, ledgerLag: 0 },
  ])
  const [, node] = await seen()
  expect(Number.isSafeInteger(node?.clockDifferenceMs)).toBe(true)
  expect(node?.certificateDaysLeft).toBeGreaterThan(0)
  const request = { protocol: NODE_STATUS_PROTOCOL, parameters: NODE_STATUS_PARAMETERS }
  const connections = new Connections(consortium.firm('jia').home)
  const { address, signingKey: publicKey } = (await memberOf('yi')) as {
    address: string
    signingKey: Uint8Array
  }
  const session = await connections.openSession({ partyId: 'yi', publicKey, address }, request)
  const refusal = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
  expect(refusal.details['peerCode']).toBe('ERR_PEER_IDENTITY')
  connections.close()
  await yi.stop()
  expect((await seen())[1]).toMatchObject({ party: 'yi', isReachable: false })
})
