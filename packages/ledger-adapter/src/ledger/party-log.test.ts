import { consistencyProof, MemoryTree } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import { signLogReset } from './rules/party-log.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { LedgerState } from './state.ts'

describe.each([intl, sm])('heads of party logs on a ledger in suite $id', suite => {
  const consortium = new TestConsortium(undefined, undefined, suite)
  const leaves = Array.from({ length: 9 }, () => consortium.bytes(32))
  const honest = new MemoryTree(suite.hash, leaves)
  const other = new MemoryTree(suite.hash, leaves.toReversed())

  test('continue each other: a member cannot rewrite its log', () => {
    const state = new LedgerState(consortium.anchor, consortium.verifiers)
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const anchor = (tree: MemoryTree, from: number, size: number, author = 'yi') => {
      const proof = from === 0 ? [] : consistencyProof(suite.hash, tree, from, size)
      const payload = { size, root: tree.root(size), proof }
      state.apply(state.admit(consortium.sign(author, 'party-log-anchored', payload)), 20)
    }
    anchor(honest, 0, 4)
    expectCode('ERR_LEDGER_PARTY_LOG', () => anchor(other, 4, 7))
    expectCode('ERR_LEDGER_PARTY_LOG', () => anchor(honest, 0, 7))
    expectCode('ERR_LEDGER_PARTY_LOG', () => anchor(honest, 0, 3))
    anchor(honest, 4, 7)
    anchor(other, 0, 7, 'bing')
    expectCode('ERR_LEDGER_PARTY_LOG', () => anchor(honest, 4, 9, 'jia'))
    expect(state.registry.partyLog('yi')).toMatchObject({ size: 7, index: 20 })
    expect(state.registry.partyLog('jia')).toBeUndefined()
  })

  test('begin anew once, when the firm and the association both say so', () => {
    const state = new LedgerState(consortium.anchor, consortium.verifiers)
    consortium.opening().forEach((entry, index) => state.apply(state.admit(entry), index))
    const admit = (
      author: string,
      kind: 'party-log-anchored' | 'party-log-reset',
      payload: object,
      index = 0,
    ) => state.apply(state.admit(consortium.sign(author, kind, payload as never)), index)
    const anchored = { size: 7, root: honest.root(7), proof: [] }
    const ask = (firm: string, signer: string, endsIndex: number, size = 3) => {
      const root = other.root(size)
      const reset = { partyId: firm, endsIndex, size, root, reason: 'restored-from-backup' } as const
      return signLogReset(consortium.anchor, consortium.identity(signer).signingKey, reset)
    }
    expectCode('ERR_LEDGER_PARTY_LOG', () => admit('xiehui', 'party-log-reset', ask('yi', 'yi', 20)))
    admit('yi', 'party-log-anchored', anchored, 20)
    const request = ask('yi', 'yi', 20)
    expectCode('ERR_LEDGER_AUTHOR', () => admit('yi', 'party-log-reset', request))
    expectCode('ERR_LEDGER_PARTY_LOG', () => admit('xiehui', 'party-log-reset', ask('yi', 'yi', 19)))
    const others = [ask('yi', 'jia', 20), { ...request, size: 2 }, { ...request, reason: 'lost' }]
    for (const forged of others) {
      expectCode('ERR_VERIFY_SIGNATURE', () => admit('xiehui', 'party-log-reset', forged))
    }
    admit('xiehui', 'party-log-reset', request, 30)
    expect(state.registry.partyLog('yi')).toMatchObject({ size: 3, index: 30, resetIndex: 30 })
    expectCode('ERR_LEDGER_PARTY_LOG', () => admit('xiehui', 'party-log-reset', request))
    const before = { size: 9, root: honest.root(9), proof: consistencyProof(suite.hash, honest, 7, 9) }
    expectCode('ERR_LEDGER_PARTY_LOG', () => admit('yi', 'party-log-anchored', before))
    const after = { size: 9, root: other.root(9), proof: consistencyProof(suite.hash, other, 3, 9) }
    admit('yi', 'party-log-anchored', after, 40)
    expect(state.registry.partyLog('yi')).toMatchObject({ size: 9, index: 40, resetIndex: 30 })
    // Of a log of which nothing is left.
    admit('xiehui', 'party-log-reset', ask('yi', 'yi', 40, 0), 50)
    admit('yi', 'party-log-anchored', { size: 2, root: other.root(2), proof: [] }, 60)
    expect(state.registry.partyLog('yi')).toMatchObject({ size: 2, index: 60, resetIndex: 50 })
  })
})
