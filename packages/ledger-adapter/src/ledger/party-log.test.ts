import { consistencyProof, MemoryTree } from '@mixun/core/merkle'
import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
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
})
