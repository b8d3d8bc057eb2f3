import { fromHex, utf8 } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { ROW_OPENING_PROTOCOL, rowOpeningParametersOf, runRowOpeningClient } from '@mixun/ot/row-opening'
import { type Mixun, verifyRecordProof } from '@mixun/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLedgerAccess } from '../ledger/access.ts'
import { PartyLog } from '../stores/party-log.ts'
import { call } from '../testing/call.ts'
import { consentOf } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const atYi = investor(1)

let consortium: TestConsortium
let mixun: Mixun
beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({ firms: { jia: [], yi: [{ subject: atYi, kind }] } })
  mixun = await consortium.firm('jia').client()
  for (const [requestId, subject] of [
    ['hit', atYi],
    ['none', investor(2)],
  ] as const) {
    await mixun.checkDefaults(subject, { consent: await consentOf(mixun, subject), requestId })
  }
})
afterAll(async () => {
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

const PARTY = { party: 'yi', class: 'B' }

it('a provider proves a record, and that there is none, to anybody with the ledger', async () => {
  const { records, proof, ...table } = await mixun.verifyRecord('hit', PARTY)
  expect(records).toMatchObject([{ kind: 'contract-due-not-repaid', reporter: 'yi' }])
  const none = await mixun.verifyRecord('none', PARTY)
  expect(none.records).toEqual([])
  await using association = await openLedgerAccess(consortium.association.home)
  const verify = (shown: unknown) =>
    verifyRecordProof(JSON.parse(JSON.stringify(shown)), association.registry)
  const { createdAt } = association.registry.tableVersion('yi', 'B', 1, 0) ?? {}
  expect(table).toMatchObject({ provider: 'yi', class: 'B', epoch: 1, version: 0, committedAt: createdAt })
  expect(verify(proof)).toMatchObject({ epoch: 1, version: 0, committedAt: createdAt })
  expect(verify(proof).subject.equals(atYi)).toBe(true)
  expect(verify(proof).records.map(each => each.toPlain())).toEqual(records.map(each => each.toPlain()))
  expectCode('ERR_VERIFY_ROW', () => verify({ ...proof, rows: none.proof.rows }))
  expectCode('ERR_VERIFY_ROW', () => verify({ ...none.proof, rows: proof.rows }))
  expectCode('ERR_VERIFY_DLEQ', () => verify({ ...proof, class: 'C', root: rootOf('C') }))
  expectCode('ERR_VERIFY_ROOT', () => verify({ ...proof, root: rootOf('C') }))
  expectCode('ERR_VERIFY_ROOT', () => verify({ ...proof, version: 1 }))
  expectCode('ERR_VERIFY_COMMITMENT', () => verify({ ...proof, more: 1 }))
  function rootOf(className: string) {
    return Buffer.from(association.registry.table('yi', className, 1)?.root ?? []).toString('hex')
  }
  using log = new PartyLog(consortium.firm('yi').home.paths.partyLog)
  const opened = log.entries().filter(({ event }) => event === 'opened')
  expect(opened).toMatchObject([{ inquirer: 'jia', class: 'B' }, { inquirer: 'jia' }])
  log.verify(null)
})

it('needs an answer with evidence of the table', async () => {
  await expectCodeAsync('ERR_INPUT_RANGE', mixun.verifyRecord('never asked', PARTY))
  await expectCodeAsync('ERR_INPUT_RANGE', mixun.verifyRecord('hit', { party: 'jia', class: 'B' }))
})

it('is refused for an intent that this provider did not evaluate: ERR_ROW_OPENING_REFUSED', () => {
  using log = new PartyLog(consortium.firm('yi').home.paths.partyLog)
  const [asked] = log.entries().filter(({ event }) => event === 'asked')
  const event = { ...asked, intentId: asked?.intentId, epoch: 1 } as Parameters<PartyLog['rowOpened']>[0]
  log.rowOpened(event)
  const others = [
    { ...event, inquirer: 'bing' },
    { ...event, class: event.class === 'B' ? 'A' : 'B', epoch: 7 },
    { ...event, intentId: utf8('never recorded..') },
  ]
  for (const other of others) expectCode('ERR_ROW_OPENING_REFUSED', () => log.rowOpened(other))
})

it('is done a few times an inquiry, and no wrong subject is logged: ERR_LIMIT_ROW_OPENINGS', async () => {
  await mixun.checkDefaults(investor(4), { consent: await consentOf(mixun, investor(4)), requestId: 'often' })
  const opened = () =>
    consortium
      .firm('yi')
      .partyLog()
      .filter(({ event }) => event === 'opened').length
  const before = opened()
  const revealed = mixun.openInquiry('often').reveal()
  const [intentId, factor, opening] = [revealed.intentId, revealed.factor, revealed.opening].map(fromHex) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const [jia, yi] = [consortium.firm('jia'), consortium.firm('yi')]
  const oprf = oprfSuiteOf('intl')
  const session = await call({
    from: jia,
    to: yi,
    protocol: ROW_OPENING_PROTOCOL,
    parameters: rowOpeningParametersOf(oprf).id,
    dataset: { provider: 'yi', class: 'B', epoch: 1 },
  })
  const request = { intentId, input: investor(5).encode(), blind: combineBlind(oprf, factor, opening) }
  const refusal = await expectCodeAsync('ERR_PEER_REFUSED', runRowOpeningClient(session, oprf, request))
  expect(refusal.details['peerCode']).toBe('ERR_VERIFY_COMMITMENT')
  session.abort()
  expect(opened()).toBe(before)
  for (let i = 0; i < 4; i++) await mixun.verifyRecord('often', PARTY)
  expect(opened()).toBe(before + 4)
  const error = await expectCodeAsync('ERR_PEER_REFUSED', mixun.verifyRecord('often', PARTY))
  expect(error.details['peerCode']).toBe('ERR_LIMIT_ROW_OPENINGS')
  // Another class of the inquiry has its own.
  await mixun.verifyRecord('often', { ...PARTY, class: 'C' })
  expect(opened()).toBe(before + 5)
})

it('is refused once the consent was withdrawn', async () => {
  const consent = await consentOf(mixun, investor(3))
  await mixun.checkDefaults(investor(3), { consent, requestId: 'withdrawn' })
  await mixun.consents.withdraw(consent, 'subject-withdrew')
  await expect
    .poll(() => mixun.verifyRecord('withdrawn', PARTY).catch(error => error.details.peerCode), {
      timeout: 10_000,
    })
    .toBe('ERR_CONSENT_WITHDRAWN')
})

it('is refused when the key is gone', async () => {
  const yi = consortium.firm('yi')
  await yi.publish([])
  await using access = await openLedgerAccess(yi.home)
  const payload = { provider: 'yi', class: 'B', epoch: 1 } as const
  await access.ledger.append(signEntry(yi.home.identity, access.registry.anchor, 'key-destroyed', payload))
  await expect
    .poll(() => mixun.verifyRecord('hit', PARTY).catch(error => error.details.peerCode), { timeout: 10_000 })
    .toBe('ERR_ROW_OPENING_REFUSED')
})
