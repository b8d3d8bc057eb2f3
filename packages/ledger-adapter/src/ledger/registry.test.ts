import { expectCode } from '@mixun/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { fakeReceipt } from '../testing/fake-verifiers.ts'
import { TEST_NOW, TestConsortium, JIA_ASKS } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import type { TableName } from './payloads/fields.ts'
import type { ConsentPayload, IntentPayload, Payloads, TablePayload } from './payloads.ts'
import type { LedgerState } from './state.ts'

let consortium: TestConsortium
let state: LedgerState
let take: TestFold['take']
let write: TestFold['write']
let expectRefusal: TestFold['refuse']

beforeEach(() => {
  consortium = new TestConsortium()
  ;({ state, take, write, refuse: expectRefusal } = testFold(consortium, []))
})

function open(): void {
  for (const entry of consortium.opening()) take(entry)
}

function openWithConsent(changes: Partial<ConsentPayload> = {}): ConsentPayload {
  open()
  const consent = consortium.consent('jia', changes)
  write('jia', 'consent', consent)
  return consent
}

function openWithIntent(): IntentPayload {
  const intent = consortium.intent(openWithConsent(), JIA_ASKS)
  write('jia', 'intent', intent)
  return intent
}

describe('the opening of a ledger', () => {
  test('anything before the genesis entry is refused, and a second genesis', () => {
    expectRefusal('ERR_LEDGER_GENESIS', 'xiehui', 'member', consortium.member('jia'))
    open()
    expectRefusal('ERR_LEDGER_GENESIS', 'xiehui', 'genesis', consortium.genesis())
    expect(state.registry.members().map(member => member.partyId)).toEqual(['xiehui', 'bing', 'jia', 'yi'])
  })

  test('a genesis entry of another association, key or suite is refused', () => {
    const genesis = consortium.genesis()
    const signingKey = consortium.identity('jia').signingKey.publicKey
    for (const change of [{ association: 'jia' }, { signingKey }, { suite: 'sm' }]) {
      expectRefusal('ERR_LEDGER_GENESIS', 'xiehui', 'genesis', { ...genesis, ...change })
    }
    expectRefusal('ERR_VERIFY_SIGNATURE', 'jia', 'genesis', genesis)
    expect(state.registry.genesis).toBeNull()
  })
})

describe('members', () => {
  test('only the association admits, grants points and publishes lists of class A', () => {
    open()
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'member', consortium.member('yi'))
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'points-grant', { partyId: 'jia', amount: 1, reason: 'drill' })
    const list = { provider: 'jia', class: 'A' as const, version: 1, count: 1, digest: consortium.bytes(32) }
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'list', list)
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'table', consortium.table('jia', { class: 'A' }))
    write('xiehui', 'table', consortium.table('xiehui', { class: 'A' }))
    expect(state.registry.currentTable('xiehui', 'A')?.epoch).toBe(1)
  })

  test('a stranger and a suspended member are not heard', () => {
    open()
    const other = new TestConsortium(['ding'])
    const stranger = other.sign('ding', 'consent', consortium.consent('ding'))
    expectCode('ERR_LEDGER_AUTHOR', () => state.admit(other.seal(stranger)))
    write('xiehui', 'member', consortium.member('jia', { status: 'suspended' }))
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'consent', consortium.consent('jia'))
    write('xiehui', 'member', consortium.member('jia'))
    write('jia', 'consent', consortium.consent('jia'))
    expect(state.registry.member('jia')?.status).toBe('active')
  })

  test('a second association, another key of it, a shared key and an unknown member are refused', () => {
    open()
    const shared = consortium.identity('yi').signingKey.publicKey
    const bad = [
      consortium.member('jia', { role: 'association' }),
      consortium.member('xiehui', { role: 'firm' }),
      consortium.member('xiehui', { role: 'association', status: 'suspended' }),
      consortium.member('xiehui', { role: 'association', signingKey: consortium.bytes(32) }),
      consortium.member('jia', { signingKey: shared }),
      // As long as a key of suite sm.
      consortium.member('jia', { signingKey: consortium.bytes(33) }),
      // Only the member itself changes what is sealed to it.
      consortium.member('jia', { encryptionKey: consortium.reader('yi').key.publicKey }),
      // Entries to both readers of one key would be refused from then on.
      ...['yi', 'xiehui'].map(holder => ({
        ...consortium.member('jia', {
          encryptionKey: consortium.reader(holder).key.publicKey,
          encryptionKeyProof: consortium.reader(holder).key.prove('wu'),
        }),
        partyId: 'wu',
        signingKey: consortium.bytes(32),
      })),
    ]
    for (const member of bad) expectRefusal('ERR_LEDGER_MEMBER', 'xiehui', 'member', member)
    expectRefusal('ERR_LEDGER_MEMBER', 'xiehui', 'points-grant', {
      partyId: 'ding',
      amount: 1,
      reason: 'drill',
    })
    write('xiehui', 'member', consortium.member('xiehui', { role: 'association' }))
    expect(state.registry.member('xiehui')?.certificateDigest).toHaveLength(32)
  })

  test('the association revokes a certificate of a member, once; nobody else does', () => {
    open()
    const certificateDigest = consortium.bytes(32)
    const revoked = { partyId: 'jia', certificateDigest, reason: 'key-compromise' as const }
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'certificate-revoked', revoked)
    expectRefusal('ERR_LEDGER_MEMBER', 'xiehui', 'certificate-revoked', { ...revoked, partyId: 'ding' })
    expect(state.registry.isCertificateRevoked(certificateDigest)).toBe(false)
    write('xiehui', 'certificate-revoked', revoked)
    expect(state.registry.isCertificateRevoked(certificateDigest)).toBe(true)
    expect(state.registry.isCertificateRevoked(consortium.bytes(32))).toBe(false)
    expectRefusal('ERR_CERTIFICATE_REVOKED', 'xiehui', 'certificate-revoked', revoked)
  })

  test('a member changes its own address and nobody else does', () => {
    open()
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'member-address', { partyId: 'jia', address: 'yi:1' })
    write('jia', 'member-address', { partyId: 'jia', address: 'jia.example:7001' })
    expect(state.registry.member('jia')).toMatchObject({
      address: 'jia.example:7001',
      name: 'jia securities',
    })
  })
})

describe('tables and lists', () => {
  test('a second table of a provider, class and epoch is refused, and an earlier epoch', () => {
    open()
    expectRefusal('ERR_LEDGER_TABLE_EXISTS', 'jia', 'table', consortium.table('jia'))
    write('jia', 'table', consortium.table('jia', { epoch: 3 }))
    expectRefusal('ERR_EPOCH_STALE', 'jia', 'table', consortium.table('jia', { epoch: 2 }))
    write('jia', 'table', consortium.table('jia', { class: 'C', epoch: 1 }))
    expect(state.registry.currentTable('jia', 'B')?.epoch).toBe(3)
    expect(state.registry.table('jia', 'B', 1)).toBeDefined()
    expect(state.registry.currentTables()).toHaveLength(4)
  })

  test('a delta follows the version on record, with the same key and shape: ERR_LEDGER_TABLE_VERSION', () => {
    open()
    const first = consortium.table('jia', { epoch: 2 })
    const delta = (version: number, changes: Partial<TablePayload> = {}) => ({
      ...first,
      version,
      root: consortium.bytes(32),
      rowCount: first.rowCount + version,
      ...changes,
    })
    const refused = (payload: TablePayload) =>
      expectRefusal('ERR_LEDGER_TABLE_VERSION', 'jia', 'table', payload)
    refused(delta(1)) // of an epoch that did not begin
    write('jia', 'table', first)
    for (const version of [2, 3]) refused(delta(version))
    const other = consortium.table('jia')
    refused(delta(1, { publicKey: other.publicKey, keyProof: other.keyProof }))
    refused(delta(1, { oprf: 'oprf_P256-SHA256' }))
    refused(delta(1, { parameters: 'sealedtable_r512_c2' }))
    refused(delta(1, { baseRowCount: 1001 }))
    refused(delta(1, { isDistributed: false }))
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'table', delta(1))
    const deltas = [delta(1), delta(2)]
    for (const payload of deltas) write('jia', 'table', payload)
    refused(delta(2)) // two deltas of one version
    const { registry } = state
    expect(registry.table('jia', 'B', 2)?.root).toEqual(deltas[1]?.root)
    expect(registry.currentTable('jia', 'B')?.version).toBe(2)
    expect(registry.tableVersion('jia', 'B', 2)?.root).toEqual(deltas[1]?.root)
    const versions = [0, 1, 2].map(version => registry.tableVersion('jia', 'B', 2, version))
    expect(versions.map(each => each?.rowCount)).toEqual([1000, 1001, 1002])
    expect(registry.tableVersion('jia', 'B', 2, 3)).toBeUndefined()
    write('jia', 'table', consortium.table('jia', { epoch: 3 }))
    expectRefusal('ERR_EPOCH_STALE', 'jia', 'table', delta(3))
  })

  test('a key is destroyed once, after its epoch, by its owner: ERR_LEDGER_KEY_DESTROYED', () => {
    open()
    const first = { provider: 'jia', class: 'B', epoch: 1 } as const
    const refused = (payload: Payloads['key-destroyed']) =>
      expectRefusal('ERR_LEDGER_KEY_DESTROYED', 'jia', 'key-destroyed', payload)
    refused(first)
    write('jia', 'table', consortium.table('jia', { epoch: 3 }))
    for (const changes of [{ epoch: 2 }, { epoch: 3 }, { class: 'C' } as const])
      refused({ ...first, ...changes })
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'key-destroyed', first)
    expect(state.registry.isKeyDestroyed('jia', 'B', 1)).toBe(false)
    const sample = {
      ...first,
      version: 0,
      treeSize: 9,
      leaves: 16,
      code: null,
      answerDigest: consortium.bytes(32),
    }
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'leaf-sample', sample)
    for (const changes of [{ version: 1 }, { epoch: 3 }]) {
      expectRefusal('ERR_EPOCH_STALE', 'xiehui', 'leaf-sample', { ...sample, ...changes })
    }
    write('xiehui', 'leaf-sample', sample)
    // Once an epoch: more samples would open more rows.
    expectRefusal('ERR_SAMPLE_REFUSED', 'xiehui', 'leaf-sample', sample)
    write('jia', 'key-destroyed', first)
    expect(state.registry.isKeyDestroyed('jia', 'B', 1)).toBe(true)
    refused(first)
  })

  test('an evaluation key that another table has is refused, in another class or epoch too', () => {
    open()
    const { publicKey, keyProof } = consortium.table('jia')
    write('jia', 'table', consortium.table('jia', { epoch: 2, publicKey, keyProof }))
    for (const again of [{ class: 'C', epoch: 2 } as const, { epoch: 3 }]) {
      const shared = consortium.table('jia', { ...again, publicKey, keyProof })
      expectRefusal('ERR_LEDGER_TABLE_EXISTS', 'jia', 'table', shared)
    }
    write('jia', 'table', consortium.table('jia', { class: 'C', epoch: 2 }))
  })

  test('a table of another provider, or whose commitment does not verify, is refused', () => {
    open()
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'table', consortium.table('jia', { epoch: 2 }))
    const unproven = consortium.table('jia', { epoch: 2, keyProof: consortium.bytes(32) })
    expectRefusal('ERR_VERIFY_KEY_POSSESSION', 'jia', 'table', unproven)
    expect(state.registry.currentTable('jia', 'B')?.epoch).toBe(1)
  })

  test('versions of a list only go up', () => {
    open()
    const list = {
      provider: 'xiehui',
      class: 'A' as const,
      version: 2,
      count: 1,
      digest: consortium.bytes(32),
    }
    write('xiehui', 'list', list)
    expectRefusal('ERR_LEDGER_TABLE_EXISTS', 'xiehui', 'list', list)
    expectRefusal('ERR_LEDGER_TABLE_EXISTS', 'xiehui', 'list', { ...list, version: 1 })
    expect(state.registry.currentList('xiehui')).toEqual(list)
  })
})

describe('consents and intents', () => {
  test('a consent is registered once, by its inquirer', () => {
    const consent = openWithConsent()
    expectRefusal('ERR_LEDGER_CONSENT_EXISTS', 'jia', 'consent', consent)
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'consent', consortium.consent('jia'))
    expect(state.registry.consent(consent.consentId)).toMatchObject({ uses: 0, index: 7 })
  })

  test("an intent needs the inquirer's own consent", () => {
    const consent = openWithConsent()
    const unknown = { ...consent, consentId: consortium.bytes(16) }
    expectRefusal('ERR_CONSENT_UNKNOWN', 'jia', 'intent', consortium.intent(unknown, JIA_ASKS))
    const foreign = { ...consortium.intent(consent, JIA_ASKS), inquirer: 'yi' }
    expectRefusal('ERR_CONSENT_UNKNOWN', 'yi', 'intent', foreign)
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'intent', foreign)
    expect(state.registry.consent(consent.consentId)?.uses).toBe(0)
  })

  test('an intent begins and ends within the validity of its consent', () => {
    const consent = openWithConsent()
    const intent = consortium.intent(consent, JIA_ASKS)
    expectRefusal('ERR_CONSENT_EXPIRED', 'jia', 'intent', intent, consent.notBefore - 1)
    expectRefusal('ERR_CONSENT_EXPIRED', 'jia', 'intent', { ...intent, expiresAt: consent.notAfter + 1 })
    expectRefusal('ERR_CONSENT_EXPIRED', 'jia', 'intent', { ...intent, expiresAt: TEST_NOW })
    write('jia', 'intent', { ...intent, expiresAt: consent.notBefore + 1 }, consent.notBefore)
    expect(state.registry.consent(consent.consentId)?.uses).toBe(1)
  })

  test('an intent keeps to the classes and the purpose of its consent', () => {
    const consent = openWithConsent({ classes: ['B'] })
    write('yi', 'table', consortium.table('yi', { class: 'C' }))
    const intent = consortium.intent(consent, JIA_ASKS)
    const wide = consortium.intent(consent, [{ provider: 'yi', class: 'C', epoch: 1 }])
    expectRefusal('ERR_CONSENT_SCOPE', 'jia', 'intent', { ...intent, classes: ['B', 'C'] })
    expectRefusal('ERR_CONSENT_SCOPE', 'jia', 'intent', wide)
    expectRefusal('ERR_CONSENT_SCOPE', 'jia', 'intent', { ...intent, purpose: 'monitoring' })
    write('jia', 'intent', intent)
    expect(state.registry.intent(intent.intentId)?.outcomeIndex).toBeNull()
  })

  test('a consent is used as often as it allows', () => {
    const consent = openWithConsent({ maxUses: 2 })
    write('jia', 'intent', consortium.intent(consent, JIA_ASKS))
    write('jia', 'intent', consortium.intent(consent, JIA_ASKS))
    expectRefusal('ERR_CONSENT_EXHAUSTED', 'jia', 'intent', consortium.intent(consent, JIA_ASKS))
    expect(state.registry.consent(consent.consentId)?.uses).toBe(2)
  })

  test('an intent asks every active provider of its classes', () => {
    const consent = openWithConsent()
    const ask = (asked: TableName[]) => consortium.intent(consent, asked)
    const error = expectRefusal('ERR_INTENT_SELECTIVE', 'jia', 'intent', ask(JIA_ASKS.slice(1)))
    expect(error.details).toEqual({ expected: 2, asked: 1 })
    write('xiehui', 'member', consortium.member('bing', { status: 'suspended' }))
    write('jia', 'intent', ask(JIA_ASKS.slice(1)))
  })

  test('an intent asks current tables of active providers only', () => {
    const consent = openWithConsent()
    const ask = (table: TableName) => consortium.intent(consent, [table])
    expectRefusal('ERR_EPOCH_STALE', 'jia', 'intent', ask({ provider: 'yi', class: 'B', epoch: 2 }))
    write('yi', 'table', consortium.table('yi', { epoch: 2 }))
    const error = expectRefusal(
      'ERR_EPOCH_STALE',
      'jia',
      'intent',
      ask({ provider: 'yi', class: 'B', epoch: 1 }),
    )
    expect(error.details).toEqual({ provider: 'yi', class: 'B', epoch: 1, currentEpoch: 2 })
    expectRefusal('ERR_EPOCH_STALE', 'jia', 'intent', ask({ provider: 'nobody', class: 'B', epoch: 1 }))
    write('xiehui', 'member', consortium.member('yi', { status: 'suspended' }))
    expectRefusal('ERR_EPOCH_STALE', 'jia', 'intent', ask({ provider: 'yi', class: 'B', epoch: 2 }))
  })

  test('an intent is recorded once, and only with its proof', () => {
    const intent = openWithIntent()
    expectRefusal('ERR_LEDGER_INTENT_EXISTS', 'jia', 'intent', intent)
    const unproven = { ...intent, intentId: consortium.bytes(16), element: consortium.bytes(32) }
    expectRefusal('ERR_VERIFY_BLINDING', 'jia', 'intent', unproven)
    expect(state.balance('jia').reserved).toBe(6)
  })
})

describe('outcomes', () => {
  test('an intent has exactly one outcome, of its own inquirer', () => {
    const intent = openWithIntent()
    const outcome = consortium.outcome(intent, ['evaluated', 'timed-out'])
    expectRefusal('ERR_LEDGER_OUTCOME_FOREIGN', 'yi', 'outcome', outcome)
    const unknown = { ...outcome, intentId: consortium.bytes(16) }
    expectRefusal('ERR_LEDGER_OUTCOME_FOREIGN', 'jia', 'outcome', unknown)
    write('jia', 'outcome', outcome)
    expectRefusal('ERR_LEDGER_OUTCOME_EXISTS', 'jia', 'outcome', outcome)
    expect(state.registry.intent(intent.intentId)?.outcomeIndex).toBe(9)
  })

  test('the results are those of the asked tables, in their order', () => {
    const intent = openWithIntent()
    const { intentId, results } = consortium.outcome(intent, ['failed', 'failed'])
    const bad = [results.toReversed(), results.slice(1), [...results, ...results.slice(1)]]
    for (const wrong of bad) {
      expectRefusal('ERR_LEDGER_OUTCOME_FOREIGN', 'jia', 'outcome', { intentId, results: wrong })
    }
    expect(state.balance('jia').reserved).toBe(6)
  })

  test("evaluated and refused results carry the provider's valid receipt", () => {
    const intent = openWithIntent()
    const { intentId, results } = consortium.outcome(intent, ['evaluated', 'refused'])
    const [first, second] = results as [(typeof results)[number], (typeof results)[number]]
    const foreign = fakeReceipt(consortium.identity('yi'), 'evaluated', intentId, 'B')
    const other = fakeReceipt(consortium.identity('bing'), 'evaluated', consortium.bytes(16), 'B')
    const bad = [
      [{ ...first, receipt: null }, second],
      [{ ...first, receiptSignature: null }, second],
      [{ ...first, ...foreign }, second],
      [{ ...first, ...other }, second],
      [first, { ...second, receiptSignature: null }],
      [first, { ...second, ...foreign }],
    ]
    for (const wrong of bad) {
      expectRefusal('ERR_LEDGER_OUTCOME_RECEIPT', 'jia', 'outcome', { intentId, results: wrong })
    }
    write('jia', 'outcome', { intentId, results })
    expect(state.balance('jia')).toEqual({ available: 107, reserved: 0, spent: 3, earned: 110 })
  })

  test('silence, failure and an unsigned refusal pay nothing back', () => {
    write('jia', 'outcome', consortium.outcome(openWithIntent(), ['timed-out', 'refused-unsigned']))
    expect(state.balance('jia')).toEqual({ available: 104, reserved: 0, spent: 6, earned: 110 })
  })
})
