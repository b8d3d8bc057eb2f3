import { existsSync, readFileSync } from 'node:fs'
import { fromHex } from '@mixun/core/bytes'
import { SUITE_IDS } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { BUILT_IN_AUDIT_RULES } from '@mixun/ledger-adapter/policy'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import type { Mixun } from '@mixun/sdk'
import {
  AUDIT_OPENING_PARAMETERS,
  AUDIT_OPENING_PROTOCOL,
  InquiryOpening,
  sendOpening,
} from '@mixun/sdk/audit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DueIntent, dueIntents } from '../ledger/due-intents.ts'
import { rotateKey } from '../ledger/rotate-key.ts'
import { call } from '../testing/call.ts'
import { consentOf, DOCUMENT } from '../testing/clients.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { auditSample } from '../cli/verbs/audit-sample.ts'
import { decideOpening, keptOpening } from './audit-openings.ts'
import { closeOverdue, drawAuditSample } from './audit-sample.ts'
import { openAssociationLedger } from './ledger.ts'
import { recordRule } from './rules.ts'

const { version: _, ...RULES } = BUILT_IN_AUDIT_RULES
const HOUR_MS = 3_600_000

describe.each(SUITE_IDS)('audits in suite %s', suite => {
  let consortium: TestConsortium
  let mixun: Mixun
  let ledger: SqliteLedger
  let due: DueIntent[]

  beforeAll(async () => {
    consortium = await TestConsortium.found({ suite, firms: { jia: [], yi: [] } })
    const { home } = consortium.association
    await recordRule(home, 'audit-rules', { ...RULES, samplePerMillion: 1_000_000, openingHours: 1 })
    mixun = await consortium.firm('jia').client()
    for (let i = 1; i <= 3; i++) {
      await mixun.checkDefaults(investor(i), {
        consent: await consentOf(mixun, investor(i)),
        requestId: `r-${i}`,
      })
    }
    ledger = openAssociationLedger(home)
  })
  afterAll(async () => {
    await mixun.close()
    await ledger.close()
    await consortium[Symbol.asyncDispose]()
  })

  /** Draws until every inquiry was drawn: a firm cosigns within a second. */
  async function draw(): Promise<number> {
    await drawAuditSample(consortium.association.home, ledger)
    due = await dueIntents(ledger.registry, ledger, Date.now())
    return due.length
  }

  const intentOf = (request: string) => fromHex(mixun.openInquiry(request).intentId)

  it('a drawn inquiry is opened to the association, and a person decides on its document', async () => {
    const { home } = consortium.association
    await expect.poll(draw, { timeout: 15_000 }).toBe(3)
    expect(due.map(each => each.inquirer)).toEqual(['jia', 'jia', 'jia'])
    const { intentId } = mixun.openInquiry('r-1')
    const told = () => consortium.firm('jia').logText.split(intentId).length - 1
    await expect.poll(told, { timeout: 15_000 }).toBe(1)
    expect(consortium.firm('yi').logText).not.toContain(intentId)
    expectCode('ERR_AUDIT_NOT_DUE', () => keptOpening(home, ledger.registry, intentOf('r-1')))
    await mixun.submitOpening('r-1', DOCUMENT)
    const kept = keptOpening(home, ledger.registry, intentOf('r-1'))
    expect([kept.inquirer, kept.subject.equals(investor(1)), kept.document]).toEqual([
      'jia',
      true,
      Uint8Array.from(DOCUMENT),
    ])
    // A firm with another key since cannot say that it never opened it.
    await rotateKey(consortium.firm('jia').home, 'signing')
    expect(keptOpening(home, ledger.registry, intentOf('r-1')).inquirer).toBe('jia')
    const file = home.paths.auditOpening(mixun.openInquiry('r-1').intentId)
    expect(readFileSync(file).includes(investor(1).reveal())).toBe(false)
    expect(await decideOpening(home, ledger, intentOf('r-1'), 'genuine')).toMatchObject({ penalty: 0 })
    expect([ledger.registry.policy.audits.result(intentOf('r-1')), existsSync(file)]).toEqual([
      'opened',
      false,
    ])
    const again = await expectCodeAsync('ERR_PEER_REFUSED', mixun.submitOpening('r-1', DOCUMENT))
    expect(again.details['peerCode']).toBe('ERR_AUDIT_NOT_DUE')
  })

  it('a consent that somebody else signed is found by its opening, and costs points', async () => {
    const { home } = consortium.association
    // What is open under the key of before is cut once the daemon has the rotation, within a second.
    const submitted = () =>
      mixun.submitOpening('r-2', DOCUMENT).then(
        () => null,
        ({ code }) => code,
      )
    await expect.poll(submitted, { timeout: 15_000 }).toBe(null)
    // The document of the tests names nobody: here the auditor looks, and does not find the person.
    const before = await ledger.balance('jia')
    const finding = await decideOpening(home, ledger, intentOf('r-2'), 'forged')
    expect(finding).toMatchObject({ inquirer: 'jia', penalty: 1_000, isSuspensionProposed: true })
    expect((await ledger.balance('jia')).available).toBe(before.available - 1_000)
    expect(existsSync(home.paths.forgedOpening(mixun.openInquiry('r-2').intentId))).toBe(true)
  })

  it('a firm that asked about another person than the consented cannot open, and is found at the deadline', async () => {
    const jia = consortium.firm('jia')
    const send = async (changes: object, document: Uint8Array = DOCUMENT) => {
      const session = await call({
        from: jia,
        to: consortium.association,
        protocol: AUDIT_OPENING_PROTOCOL,
        parameters: AUDIT_OPENING_PARAMETERS,
      })
      const opening = new InquiryOpening({ ...mixun.openInquiry('r-3').reveal(), ...changes })
      const error = await expectCodeAsync(
        'ERR_PEER_REFUSED',
        sendOpening(session, jia.home.identity, opening, document),
      )
      session.abort()
      return error.details['peerCode']
    }
    const { idNumber } = mixun.openInquiry('r-1').reveal()
    expect(await send({ idNumber })).toBe('ERR_VERIFY_COMMITMENT')
    expect(await send({}, Buffer.from('another document'))).toBe('ERR_VERIFY_COMMITMENT')
    expect(await send({ intentId: '00'.repeat(16) })).toBe('ERR_AUDIT_NOT_DUE')
    const { home } = consortium.association
    expect(await closeOverdue(home, ledger, Date.now())).toEqual([])
    const later = () => Date.now() + 2 * HOUR_MS
    const then = openAssociationLedger(home, { now: later })
    const findings = await closeOverdue(home, then, later())
    expect(findings).toMatchObject([{ inquirer: 'jia', isSuspensionProposed: true, penalty: 1_000 }])
    expect(then.registry.policy.audits.result(intentOf('r-3'))).toBe('not-opened')
    await then.close()
  })

  it('the association draws; anybody lists', async () => {
    const { root } = consortium.firm('yi')
    const refused = await runVerb(auditSample, ['--home', root, '--json'])
    expect(codeIn(refused)).toBe('ERR_HOME_ROLE')
    const listed = await runVerb(auditSample, ['--list', '--home', root, '--json'])
    expect(JSON.parse(listed.stdout)).toEqual({ due: [] })
  })
})
