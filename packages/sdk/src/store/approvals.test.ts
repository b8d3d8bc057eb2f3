import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Approvals, type WantedInquiry } from './approvals.ts'
import { Vault } from './vault.ts'

const vault = new Vault(intl, new Uint8Array(32).fill(5))
const wanted: WantedInquiry = {
  requestId: 'margin-1',
  scope: [utf8('somebody'), utf8('B')],
  purpose: 'monitoring',
  operator: 'li.na',
}
let folder: string
let now: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-approvals-'))
  now = 1_000_000
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = () =>
  new Approvals(
    join(folder, 'approvals.db'),
    vault,
    { dualControl: ['monitoring'], approvalMinutes: 10 },
    () => now,
  )

it('lets an inquiry pass once another operator approved it, also in another process', () => {
  using maker = open()
  expectCode('ERR_APPROVAL_PENDING', () => maker.requireApproved(wanted))
  expectCode('ERR_APPROVAL_PENDING', () => maker.requireApproved(wanted))
  using checker = open()
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => checker.approve('margin-1', 'li.na'))
  expect(checker.approve('margin-1', 'wang.fang')).toEqual({
    requestId: 'margin-1',
    purpose: 'monitoring',
    maker: 'li.na',
    expiresAt: 1_600_000,
    checker: 'wang.fang',
  })
  expectCode('ERR_APPROVAL_UNKNOWN', () => checker.approve('margin-1', 'wang.fang'))
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => maker.requireApproved({ ...wanted, operator: 'wang.fang' }))
  expectCode('ERR_REQUEST_ID_REUSED', () => maker.requireApproved({ ...wanted, scope: [utf8('another')] }))
  expect(maker.requireApproved(wanted)).toBeUndefined()
})

it('forgets requests and approvals when their time is over', () => {
  using approvals = open()
  expectCode('ERR_APPROVAL_PENDING', () => approvals.requireApproved(wanted))
  now += 600_000
  expectCode('ERR_APPROVAL_UNKNOWN', () => approvals.approve('margin-1', 'wang.fang'))
  expectCode('ERR_APPROVAL_PENDING', () => approvals.requireApproved(wanted))
  approvals.approve('margin-1', 'wang.fang')
  now += 599_999
  approvals.requireApproved(wanted)
  now += 1
  expectCode('ERR_APPROVAL_PENDING', () => approvals.requireApproved(wanted))
  expectCode('ERR_REVIEW_SAME_OPERATOR', () => approvals.approve('margin-1', 'li.na'))
})

it('asks for approval of the configured purposes only, and for a name; keeps no subject', () => {
  using approvals = open()
  approvals.requireApproved({ ...wanted, purpose: 'anti-fraud', operator: null })
  expectCode('ERR_OPERATOR_UNKNOWN', () => approvals.requireApproved({ ...wanted, operator: null }))
  expectCode('ERR_APPROVAL_UNKNOWN', () => approvals.approve('margin-1', 'wang.fang'))
  expectCode('ERR_APPROVAL_PENDING', () => approvals.requireApproved(wanted))
  const stored = ['approvals.db', 'approvals.db-wal'].map(file => readFileSync(join(folder, file), 'latin1'))
  expect(stored.join()).toContain('margin-1')
  expect(stored.join()).not.toContain('somebody')
})
