import { fromHex } from '@mixun/core/bytes'
import { sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { parseNote, SIGNATURE_TYPES } from '@mixun/ledger-adapter/checkpoint'
import { auditOpening, type Mixun, verifyEvidence } from '@mixun/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LedgerAccess, openLedgerAccess } from '../ledger/access.ts'
import { consentOf, DOCUMENT } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const [atYi, listed, clear] = [investor(1), investor(2), investor(3)]

let consortium: TestConsortium
let mixun: Mixun
let auditor: LedgerAccess

beforeAll(async () => {
  consortium = await TestConsortium.found({
    suite: 'sm',
    association: [{ subject: listed, kind: 'administrative-penalty' }],
    firms: { jia: null, yi: [{ subject: atYi, kind: 'contract-due-not-repaid' }], bing: [] },
  })
  mixun = await consortium.firm('jia').client()
  auditor = await openLedgerAccess(consortium.association.home)
})
afterAll(async () => {
  await auditor[Symbol.asyncDispose]()
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

it('every key, table and checkpoint on the ledger is of suite sm', async () => {
  await auditor.ledger.checkpoint()
  const { registry } = auditor
  expect(registry.anchor.suite).toBe(sm)
  for (const member of registry.members()) expect(member.signingKey).toHaveLength(sm.publicKeyBytes)
  const tables = registry.currentTables()
  expect(tables.map(({ oprf }) => oprf)).toEqual(tables.map(() => 'oprf_SM2-SM3'))
  const names = tables.map(table => `${table.provider} ${table.class}`)
  expect(names.toSorted()).toEqual(['bing B', 'bing C', 'xiehui A', 'yi B', 'yi C'])
  const { origin, association } = registry.anchor
  const typed = Buffer.concat([SIGNATURE_TYPES.sm, association.publicKey])
  expect(typed.subarray(0, 18).toString('latin1')).toBe('\xffmixun.dev/sm2-sm3')
  const { signatures } = parseNote((await auditor.ledger.checkpoint()).text)
  expect(signatures.map(({ name, signature }) => [name, signature.length])).toEqual([[origin, 64]])
})

it('an inquiry finds what a firm and the association published, with evidence and opening that hold', async () => {
  const consent = await consentOf(mixun, atYi)
  const answer = await mixun.checkDefaults(atYi, { consent, requestId: 'found' })
  expect(answer).toMatchObject({ verdict: 'found', missing: [] })
  expect(answer.records).toMatchObject([{ reporter: 'yi', kind: 'contract-due-not-repaid' }])
  await verifyEvidence(answer.evidence, auditor.registry, auditor.ledger)
  await using member = await openLedgerAccess(consortium.firm('bing').home)
  await verifyEvidence(answer.evidence, member.registry, member.ledger)
  const checkpoint = answer.evidence.checkpoint.replace(/\n\d+\n/, '\n9\n')
  await expectCodeAsync(
    'ERR_LEDGER_CHECKPOINT',
    verifyEvidence({ ...answer.evidence, checkpoint }, member.registry, member.ledger),
  )

  const opening = JSON.parse(JSON.stringify(mixun.openInquiry('found').reveal()))
  const audited = await auditOpening(opening, DOCUMENT, auditor.registry, auditor.ledger)
  expect(audited).toMatchObject({ inquirer: 'jia', recordedAtIndex: answer.evidence.intentIndex })
  const intentId = fromHex(answer.evidence.intentId)
  expect(auditor.registry.intent(intentId)?.intent.element).toHaveLength(33)
  const forged = { ...opening, idNumber: clear.reveal() }
  await expectCodeAsync(
    'ERR_VERIFY_COMMITMENT',
    auditOpening(forged, DOCUMENT, auditor.registry, auditor.ledger),
  )
})

it('finds whom the public list of class A names, and clears whom nobody reported', async () => {
  const ask = async (subject: typeof clear, requestId: string) =>
    mixun.checkDefaults(subject, { consent: await consentOf(mixun, subject), requestId })
  expect(await ask(listed, 'listed')).toMatchObject({
    verdict: 'found',
    records: [{ reporter: 'xiehui', kind: 'administrative-penalty' }],
  })
  const cleared = await ask(clear, 'clear')
  expect(cleared).toMatchObject({ verdict: 'clear', missing: [], records: [] })
  await verifyEvidence(cleared.evidence, auditor.registry, auditor.ledger)
})
