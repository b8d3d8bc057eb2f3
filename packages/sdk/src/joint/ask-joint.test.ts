import { mixunError, type ErrorCode } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { beforeEach, expect, test, vi } from 'vitest'
import { askJoint } from './ask-joint.ts'

let code: ErrorCode

vi.mock('@mixun/ot/joint-query', async original => ({
  ...(await original<object>()),
  runJointClient: () => Promise.reject(mixunError(code, 'as a firm would cause it')),
}))

const ends: string[] = []
const spoilt = new Set<string>()
const session = { close: async () => void ends.push('closed'), abort: () => void ends.push('aborted') }
const parts = {
  consortium: {
    home: { identity: { suite: intl }, config: { limits: { answerTimeoutMs: 1_000 } } },
    openSession: async () => session,
  },
  jointSetups: { receiver: () => ({ isUsable: true }) },
  jointQueries: {
    spoil: (_: Uint8Array, provider: string) => void spoilt.add(provider),
    isSpoilt: (_: Uint8Array, provider: string) => spoilt.has(provider),
  },
}
const receipt = {
  entryId: new Uint8Array(16),
  index: 0,
  leafHash: new Uint8Array(32),
  sequencedAt: 0,
  signature: new Uint8Array(66),
}
const question = { receipt, intent: { intentId: new Uint8Array(16) } }
const ask = () =>
  askJoint(
    parts as never,
    question as never,
    { commitment: { provider: 'yi', version: 1 } } as never,
    undefined,
  )

beforeEach(() => {
  ends.length = 0
  spoilt.clear()
})

test('a garbled check that fails ends the session as any other, and the firm is not asked of it again', async () => {
  code = 'ERR_VERIFY_GARBLED'
  expect(await ask()).toEqual({ provider: 'yi', code, refusal: null })
  expect(await ask()).toEqual({ provider: 'yi', code, refusal: null })
  expect(ends).toEqual(['closed'])
})

test('what does not depend on the inputs cuts the session, and is asked again', async () => {
  code = 'ERR_VERIFY_SIGNATURE'
  await ask()
  await ask()
  expect(ends).toEqual(['aborted', 'aborted'])
})
