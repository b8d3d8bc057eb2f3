import { mixunError, type ErrorCode } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import {
  type JointClientOptions,
  type JointInquirerRecord,
  jointInquirerRecordCodec,
} from '@mixun/ot/joint-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { askJoint } from './ask-joint.ts'

let code: ErrorCode
const bytes = (length: number) => new Uint8Array(length).fill(1)
const record: JointInquirerRecord = {
  version: 1,
  statement: bytes(32),
  inquirer: 'jia',
  party: 'yi',
  sessionId: bytes(32),
  start: bytes(32),
  request: bytes(9),
  evaluation: bytes(9),
  choice: bytes(9),
  answer: bytes(9),
  otSeeds: bytes(9),
  receipt: bytes(9),
  signature: bytes(64),
}

vi.mock('@mixun/ot/joint-query', async original => ({
  ...(await original<object>()),
  runJointClient: (_: unknown, { onFailedCheck }: JointClientOptions) => {
    if (code === 'ERR_VERIFY_GARBLED') onFailedCheck?.(record)
    return Promise.reject(mixunError(code, 'as a firm would cause it'))
  },
}))

const ends: string[] = []
const failed = new Map<string, Uint8Array>()
const session = { close: async () => void ends.push('closed'), abort: () => void ends.push('aborted') }
const parts = {
  consortium: {
    home: { identity: { suite: intl }, config: { limits: { answerTimeoutMs: 1_000 } } },
    openSession: async () => session,
  },
  jointSetups: { receiver: () => ({ isUsable: true }) },
  jointQueries: {
    spoil: (_: Uint8Array, provider: string, kept: Uint8Array) => void failed.set(provider, kept),
    isSpoilt: (_: Uint8Array, provider: string) => failed.has(provider),
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
  failed.clear()
})

test('a garbled check that fails ends the session as any other, and the firm is not asked of it again', async () => {
  code = 'ERR_VERIFY_GARBLED'
  expect(await ask()).toEqual({ provider: 'yi', code, refusal: null })
  expect(await ask()).toEqual({ provider: 'yi', code, refusal: null })
  expect(ends).toEqual(['closed'])
  // With the record of the session, which shows an auditor who is at fault.
  expect(jointInquirerRecordCodec.decode(failed.get('yi') as Uint8Array)).toEqual(record)
})

test('what does not depend on the inputs cuts the session, and is asked again', async () => {
  code = 'ERR_VERIFY_SIGNATURE'
  await ask()
  await ask()
  expect(ends).toEqual(['aborted', 'aborted'])
})
