import { parseIsoDate } from '@mixun/core/domain'
import { leafHash } from '@mixun/core/merkle'
import { RECORD_KINDS } from '@mixun/core/domain'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_AUDIT_RULES } from '../policy/audits.ts'
import { BUILT_IN_JOINT_RULES } from '../policy/joint-queries.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import { testBudget, testCalendar, testSharingRules } from '../testing/test-rules.ts'
import type { LedgerAnchor } from './anchor.ts'
import { signAppendReceipt, verifyAppendReceipt } from './append-receipt.ts'
import {
  entryLeafHash,
  readEntry,
  signedEntryCodec as entryCodec,
  signEntry,
  verifyEncodedEntry,
  verifyEntry,
} from './entry.ts'
import { signIntentReceipt, verifyIntentReceipt } from './intent-receipt.ts'
import { ENTRY_KINDS, type EntryKind, payloadCodecs } from './payloads.ts'

const consortium = new TestConsortium()
const consent = consortium.consent('jia')
const intent = consortium.intent(consent, [{ provider: 'yi', class: 'B', epoch: 1 }])
const jointTables = ['bing', 'jia', 'yi'].map(firm => consortium.joint.table(firm))
const jointIntent = consortium.joint.intent(consent, jointTables, { output: 'atLeastFen', threshold: 5 })
const samples = {
  genesis: consortium.genesis(),
  member: consortium.member('jia'),
  'member-address': { partyId: 'jia', address: 'jia.example:7001' },
  'member-key': {
    partyId: 'jia',
    use: 'sealing',
    publicKey: consortium.bytes(32),
    proof: consortium.bytes(64),
  },
  'certificate-revoked': { partyId: 'jia', certificateDigest: consortium.bytes(32), reason: 'superseded' },
  table: consortium.table('jia'),
  'key-destroyed': { provider: 'jia', class: 'B', epoch: 1 },
  'leaf-sample': {
    provider: 'jia',
    class: 'B',
    epoch: 1,
    version: 3,
    treeSize: 90,
    leaves: 16,
    code: 'ERR_VERIFY_OPEN',
    answerDigest: consortium.bytes(32),
  },
  list: { provider: 'xiehui', class: 'A', version: 1, count: 40, digest: consortium.bytes(32) },
  consent,
  intent,
  'intent-bought': consortium.bought('jia', intent.asked),
  'intent-returned': { intentId: intent.intentId },
  outcome: consortium.outcome(intent, ['evaluated']),
  'points-grant': { partyId: 'jia', amount: 5, reason: 'drill' },
  'sharing-rules': testSharingRules(),
  'consent-withdrawn': {
    consentId: consent.consentId,
    reason: 'subject-withdrew',
    intents: [consortium.bytes(16)],
  },
  budget: testBudget('jia'),
  calendar: testCalendar(),
  kinds: { version: 2, kinds: [...RECORD_KINDS] },
  parameters: { parameters: 'sealedtable_r512_c2', status: 'retired', from: TEST_NOW },
  'audit-rules': { ...BUILT_IN_AUDIT_RULES, version: 2 },
  'audit-committed': { commitment: consortium.bytes(32) },
  'audit-sample': { from: 3, to: 90, note: 'a note', secret: consortium.bytes(32) },
  'audit-opened': { intentId: intent.intentId, openingDigest: consortium.bytes(32) },
  'audit-failed': { intentId: intent.intentId, finding: 'not-opened', openingDigest: null },
  ticket: {
    ticketId: consortium.bytes(16),
    about: 'record',
    addressee: 'yi',
    commitment: consortium.bytes(32),
    price: 5,
  },
  'ticket-answered': {
    ticketId: consortium.bytes(16),
    outcome: 'corrected',
    answerDigest: consortium.bytes(32),
    notice: consortium.bytes(32),
  },
  'ticket-expired': { ticketId: consortium.bytes(16) },
  'table-attested': { provider: 'yi', class: 'B', epoch: 1, version: 3 },
  'reporting-day': { day: parseIsoDate('2026-06-29'), hasLate: false },
  'points-closed': {
    period: '2026-06',
    balances: [{ partyId: 'jia', commitment: consortium.bytes(32) }],
    total: 7,
    blinding: consortium.bytes(32),
  },
  'party-log-anchored': { size: 5, root: consortium.bytes(32), proof: [consortium.bytes(32)] },
  'party-log-reset': {
    partyId: 'yi',
    endsIndex: 40,
    size: 0,
    root: consortium.bytes(32),
    reason: 'restored-from-backup',
    signature: consortium.bytes(64),
  },
  'joint-rules': { ...BUILT_IN_JOINT_RULES, version: 2, minFirms: 3 },
  'joint-table': jointTables[0],
  'joint-intent': jointIntent,
  'joint-outcome': consortium.joint.outcome(jointIntent, { provider: 'yi', by: 'association' }),
} as const

const MONITORING = { purpose: 'monitoring', limit: 1 } as const

describe('entries', () => {
  test('every kind of payload comes back from its entry as it went in', () => {
    expect(Object.keys(samples)).toEqual(ENTRY_KINDS)
    for (const kind of ENTRY_KINDS) {
      const entry = signEntry(consortium.identity('jia'), consortium.anchor, kind, samples[kind] as never, {
        now: () => TEST_NOW,
      })
      const decoded = entryCodec.decode(entryCodec.encode(entry))
      expect(readEntry(decoded)).toEqual({
        id: entry.id,
        kind,
        author: 'jia',
        createdAt: TEST_NOW,
        payload: samples[kind],
        basis: null,
      })
    }
  })

  test('the signature covers id, kind, author, time and payload', () => {
    const { publicKey } = consortium.identity('jia').signingKey
    const entry = consortium.sign('jia', 'consent', consent)
    verifyEntry(consortium.anchor, publicKey, entry)
    const changes = [
      { id: consortium.bytes(16) },
      { kind: 'intent' as const },
      { author: 'yi' },
      { createdAt: TEST_NOW + 1 },
      { payload: payloadCodecs.consent.encode({ ...consent, maxUses: 11 }) },
      { signature: consortium.bytes(64) },
    ]
    for (const change of changes) {
      expectCode('ERR_VERIFY_SIGNATURE', () =>
        verifyEntry(consortium.anchor, publicKey, { ...entry, ...change }),
      )
    }
    const other = consortium.identity('yi').signingKey.publicKey
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyEntry(consortium.anchor, other, entry))
  })

  test('the signature is checked on the encoding as on the fields, for every kind and size', () => {
    const { anchor } = consortium
    const { publicKey } = consortium.identity('jia').signingKey
    for (const kind of ENTRY_KINDS) {
      const entry = signEntry(consortium.identity('jia'), anchor, kind, samples[kind] as never)
      const bytes = entryCodec.encode(entry)
      verifyEncodedEntry(anchor, publicKey, entry, bytes)
      for (let at = 1; at < bytes.length - 76; at += 7) {
        const changed = bytes.with(at, (bytes[at] as number) ^ 1)
        expectCode('ERR_VERIFY_SIGNATURE', () => verifyEncodedEntry(anchor, publicKey, entry, changed))
      }
    }
  })

  test('the leaf is the RFC 9162 leaf hash of the whole encoded entry', () => {
    const bytes = entryCodec.encode(consortium.sign('jia', 'consent', consent))
    expect(entryLeafHash(intl, bytes)).toEqual(leafHash(intl.hash, bytes))
    expect(entryLeafHash(intl, bytes)).toEqual(intl.hash(Uint8Array.of(0), bytes))
  })

  test('payloads outside their schema are not signed', () => {
    const [a, b] = [
      { provider: 'bing', class: 'B' as const, epoch: 1 },
      { provider: 'yi', class: 'B' as const, epoch: 1 },
    ]
    const firms = Array.from({ length: 161 }, (_, i) => ({
      ...b,
      provider: `f${String(i).padStart(3, '0')}`,
    }))
    const bad: [EntryKind, unknown][] = [
      ['intent', { ...intent, asked: [b, a] }],
      ['intent', { ...intent, asked: [a, { ...a, epoch: 2 }] }],
      ['intent', { ...intent, asked: [] }],
      ['intent', { ...intent, versions: [0, 0] }],
      ['intent', { ...intent, asked: firms }],
      ['intent', { ...intent, basis: new Uint8Array(31) }],
      ['consent', { ...consent, classes: ['C', 'B'] }],
      ['consent', { ...consent, classes: [] }],
      ['consent', { ...consent, notAfter: consent.notBefore }],
      ['consent', { ...consent, maxUses: 0 }],
      ['consent', { ...consent, subject: 'x' }],
      ['list', { ...samples.list, class: 'B' }],
      ['table', { ...samples.table, commitment: new Uint8Array(1025) }],
      ['member', { ...samples.member, address: 'no port' }],
      ['member', { ...samples.member, role: 'guest' }],
      ['points-grant', { ...samples['points-grant'], amount: 0 }],
      ['points-grant', { ...samples['points-grant'], reason: 'because' }],
      ['consent', { ...consent, purpose: 'marketing' }],
      ['intent', { ...intent, purpose: 'marketing' }],
      ['outcome', { ...samples.outcome, results: [{ ...samples.outcome.results[0], code: 'NO_CODE' }] }],
      ['consent-withdrawn', { ...samples['consent-withdrawn'], reason: 'because' }],
      ['sharing-rules', { ...samples['sharing-rules'], existingCustomersFrom: '2026-02-30' }],
      ['calendar', { ...samples.calendar, holidays: ['2026-10-02', '2026-10-01'] }],
      ['kinds', { version: 2, kinds: RECORD_KINDS.toReversed() }],
      ['budget', { ...samples.budget, perDayByPurpose: [MONITORING, MONITORING] }],
      ['outcome', { ...samples.outcome, results: [] }],
    ]
    for (const [kind, payload] of bad) {
      expectCode('ERR_DECODE_SCHEMA', () => consortium.sign('jia', kind, payload as never))
    }
    expect(bad.map(([kind]) => kind)).not.toContain('genesis')
  })

  test('the largest intent and the largest outcome fit an entry', () => {
    const asked = Array.from({ length: 160 }, (_, i) => `firm-${String(i).padStart(27, '0')}`).flatMap(
      provider =>
        (['A', 'B', 'C'] as const).map(recordClass => ({ provider, class: recordClass, epoch: 0xffff_ffff })),
    )
    const results = asked.map(({ provider, class: recordClass }) => ({
      provider,
      class: recordClass,
      status: 'evaluated' as const,
      code: 'ERR_LEDGER_GENESIS' as const,
      receipt: new Uint8Array(512),
      receiptSignature: new Uint8Array(64),
    }))
    const large = [
      consortium.sign('jia', 'intent', { ...intent, asked, versions: asked.map(() => 0xffff_ffff) }),
      consortium.sign('jia', 'outcome', { intentId: intent.intentId, results }),
    ]
    for (const entry of large) expect(entryCodec.decode(entryCodec.encode(entry)).kind).toBe(entry.kind)
  })
})

describe.each([intl, sm])('in suite $id, what is signed for one ledger', suite => {
  const here = new TestConsortium(undefined, undefined, suite)
  const { partyId, signingKey } = here.association
  // The same parties with the same keys in another consortium.
  const others: [string, LedgerAnchor][] = [
    ['origin', { ...here.anchor, origin: 'ledger.example/other' }],
    ['association', { ...here.anchor, association: { ...here.anchor.association, partyId: 'other' } }],
    ['key of the association', { ...here.anchor, association: { partyId, publicKey: keyOf('jia') } }],
  ]
  function keyOf(party: string): Uint8Array {
    return here.identity(party).signingKey.publicKey
  }

  test.each(others)('is an entry of no ledger with another %s', (_, other) => {
    const entry = here.sign('jia', 'consent', here.consent('jia'))
    verifyEntry(here.anchor, keyOf('jia'), entry)
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyEntry(other, keyOf('jia'), entry))
  })

  test.each(others)('is a receipt of no ledger with another %s', (_, other) => {
    const place = { entryId: here.bytes(16), index: 4, leafHash: here.bytes(32), sequencedAt: TEST_NOW }
    const receipt = signAppendReceipt(here.anchor, signingKey, place)
    verifyAppendReceipt(here.anchor, receipt)
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyAppendReceipt(other, receipt))
    const { price: _price, basis: _basis, isBought: _isBought, versions: _versions, ...asked } = intent
    const signed = signIntentReceipt(here.anchor, signingKey, { ...asked, ...place })
    verifyIntentReceipt(here.anchor, signed)
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyIntentReceipt(other, signed))
  })
})
