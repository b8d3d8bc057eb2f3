import { expectCode } from '@mixun/core/testing'
import { beforeEach, expect, test } from 'vitest'
import type { Payloads } from '../ledger/payloads.ts'
import type { LedgerState } from '../ledger/state.ts'
import { TEST_NOW, TEST_RULES, TestConsortium } from '../testing/test-consortium.ts'
import { type TestFold, testFold } from '../testing/test-fold.ts'
import type { PointsRules } from './rules.ts'

const FIRMS = ['bing', 'ding', 'jia', 'yi'] as const

let consortium: TestConsortium
let state: LedgerState
let write: TestFold['write']

function begin(firms: readonly string[], changes: Partial<PointsRules> = { attestations: 2 }): void {
  consortium = new TestConsortium(firms)
  ;({ state, write } = testFold(consortium, []))
  write('xiehui', 'genesis', { ...consortium.genesis(), pointsRules: { ...TEST_RULES, ...changes } })
  for (const firm of firms) write('xiehui', 'member', consortium.member(firm))
}

const ofYi = { provider: 'yi', class: 'B', epoch: 1, version: 0 } as const
const attest = (author: string, changes: Partial<Payloads['table-attested']> = {}) =>
  write(author, 'table-attested', { ...ofYi, ...changes })
const attestedBy = () => [...state.registry.attesters('yi', 'B', 1)]
const refused = (author: string, changes: Partial<Payloads['table-attested']> = {}) =>
  expectCode('ERR_LEDGER_ATTESTATION', () => attest(author, changes))

beforeEach(() => begin(FIRMS))

test('a table is paid for when two firms have attested it, and not on the word of its provider', () => {
  expect(write('yi', 'table', consortium.table('yi'))).toEqual([])
  expect(attest('bing')).toEqual([])
  expect(attest('jia')).toMatchObject([{ party: 'yi', kind: 'contribution', amount: 10 }])
  expect(state.balance('yi').earned).toBe(110)
  expect(state.lastContributionAt('yi', 'B')).toBe(TEST_NOW)
  refused('ding') // enough is enough: the ledger need not hold one a member
})

test('a firm attests a table once, its own never, and the association never: ERR_LEDGER_ATTESTATION', () => {
  write('yi', 'table', consortium.table('yi'))
  refused('yi')
  refused('xiehui')
  attest('bing')
  refused('bing')
  expectCode('ERR_LEDGER_ATTESTATION', () => attest('bing', { epoch: 9 }))
  expect(attestedBy()).toEqual(['bing'])
})

test('only a current table that can be downloaded is attested', () => {
  refused('bing')
  write('yi', 'table', consortium.table('yi'))
  refused('bing', { epoch: 2 })
  refused('bing', { version: 1 })
  refused('bing', { class: 'C' })
  write('yi', 'table', consortium.table('yi', { epoch: 2, isDistributed: false }))
  refused('bing')
  refused('bing', { epoch: 2 })
  expect(attestedBy()).toEqual([])
})

test('a small consortium pays when all other firms have attested, and nobody alone', () => {
  begin(['jia', 'yi'])
  write('yi', 'table', consortium.table('yi'))
  expect(attest('jia')).toMatchObject([{ party: 'yi', kind: 'contribution' }])
  begin(['yi'])
  expect(write('yi', 'table', consortium.table('yi'))).toEqual([])
})

test('a provider is paid once a period and class, whatever is attested', () => {
  begin(FIRMS, { attestations: 1, contributionPeriodDays: 7 })
  write('yi', 'table', consortium.table('yi'))
  expect(attest('jia')).toHaveLength(1)
  write('yi', 'table', consortium.table('yi', { epoch: 2 }))
  expect(attest('jia', { epoch: 2 })).toEqual([])
})
