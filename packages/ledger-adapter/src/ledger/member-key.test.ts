import { expectCode } from '@mixun/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { fakeVerifiers } from '../testing/fake-verifiers.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import { payloadCodecs } from './payloads.ts'
import { LedgerState } from './state.ts'

let consortium: TestConsortium
let state: LedgerState
let take: TestFold['take']
let expectRefusal: TestFold['refuse']
let size: TestFold['size']

beforeEach(() => {
  consortium = new TestConsortium()
  ;({ state, take, refuse: expectRefusal, size } = testFold(consortium))
})

test.each(['signing', 'sealing'] as const)(
  'a member changes its own %s key, for a fresh one that it has',
  use => {
    const before = state.registry.member('jia')
    const entry = consortium.rotate('jia', use)
    const { publicKey, proof } = payloadCodecs['member-key'].decode(entry.payload)
    const old = use === 'signing' ? before?.signingKey : before?.encryptionKey
    expectRefusal('ERR_LEDGER_AUTHOR', 'yi', 'member-key', { partyId: 'jia', use, publicKey, proof })
    // The proof is of its owner, for this use.
    expectRefusal('ERR_VERIFY_KEY_POSSESSION', 'yi', 'member-key', { partyId: 'yi', use, publicKey, proof })
    take(entry)
    const member = state.registry.member('jia')
    expect(use === 'signing' ? member?.signingKey : member?.encryptionKey).toEqual(publicKey)
    for (const [author, key] of [
      ['jia', old],
      ['yi', publicKey],
      ['yi', old],
    ] as const) {
      const stolen = { partyId: author, use, publicKey: key as Uint8Array, proof }
      expectRefusal('ERR_LEDGER_MEMBER', author, 'member-key', stolen)
    }
    // The association's word changes what stands now, and takes nothing back.
    take(consortium.sign('xiehui', 'member', consortium.member('jia', { status: 'suspended' })))
    expectRefusal('ERR_LEDGER_AUTHOR', 'jia', 'member-key', { partyId: 'jia', use, publicKey, proof })
  },
)

test('what was signed before a rotation is judged with the key of then', () => {
  const early = consortium.sign('jia', 'table', consortium.table('jia', { epoch: 2 }))
  const index = size()
  const [first, second] = [state.registry.member('jia')?.signingKey, consortium.rotate('jia', 'signing')]
  take(second)
  expectCode('ERR_VERIFY_SIGNATURE', () => state.admit(early))
  const { registry } = state
  const now = registry.member('jia')?.signingKey
  expect(registry.signingKeyAt('jia', index)).toEqual(first)
  expect(registry.signingKeyAt('jia', index + 1)).toEqual(now)
  expect(registry.signingKeysSince('jia', index)).toEqual([now, first])
  expect(registry.signingKeysSince('jia', index, index)).toEqual([first])
  expect(registry.signingKeysSince('jia', index + 1)).toEqual([now])
  expect(registry.signingKeysSince('nobody', 0)).toEqual([])
})

test('the association keeps its signing key, which is the trust anchor, and may change its decryption key', () => {
  const { publicKey } = consortium.suite.generateSigningKey(consortium)
  const change = { partyId: 'xiehui', use: 'signing' as const, publicKey, proof: consortium.bytes(64) }
  expectRefusal('ERR_LEDGER_MEMBER', 'xiehui', 'member-key', change)
  take(consortium.rotate('xiehui', 'sealing'))
  const { key } = consortium.reader('xiehui')
  expect(state.registry.member('xiehui')?.encryptionKey).toEqual(key.publicKey)
})

test('a member is admitted with a decryption key that it has, and the association opens with one', () => {
  // A key that nobody has, or that is another's: nothing could be read, or a false one would read.
  const encryptionKeyProof = consortium.reader('jia').key.prove('yi')
  const member = { ...consortium.member('jia'), encryptionKeyProof }
  expectRefusal('ERR_VERIFY_KEY_POSSESSION', 'xiehui', 'member', member)
  const empty = new LedgerState(consortium.anchor, fakeVerifiers)
  const genesis = consortium.sign('xiehui', 'genesis', { ...consortium.genesis(), encryptionKeyProof })
  expectCode('ERR_VERIFY_KEY_POSSESSION', () => empty.admit(genesis))
})
