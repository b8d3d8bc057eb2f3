import { compareBytes } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, test } from 'vitest'
import { TestConsortium } from '../testing/test-consortium.ts'
import {
  answeredRequest,
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeRefusal,
  encodeRequest,
} from './codec.ts'
import type { LedgerRequest, LedgerVerb } from './messages.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'

const consortium = new TestConsortium()
const entry = consortium.anyEntry()
const requests: LedgerRequest[] = [
  { verb: 'append', entry },
  { verb: 'checkpoint' },
  { verb: 'entries', from: Number.MAX_SAFE_INTEGER, limit: 10_000 },
  { verb: 'inclusion', index: 5, treeSize: 6 },
  { verb: 'consistency', firstSize: 5, secondSize: 2 ** 40 },
  { verb: 'balance', partyId: 'jia' },
  { verb: 'cosign', note: null },
  { verb: 'cosign', note: 'n'.repeat(4_096) },
]
const receipt = {
  entryId: entry.id,
  index: 7,
  leafHash: consortium.bytes(32),
  sequencedAt: 1_700_000_000_000,
  signature: consortium.bytes(66 + 4 * 32),
}
const place = { sequencedAt: 1_700_000_000_000, receiptSignature: consortium.bytes(66) }
const stored = (index: number) => new StoredEntry({ index, bytes: entryCodec.encode(entry), ...place })
const answers: [LedgerVerb, unknown][] = [
  ['append', { receipt, intentReceipt: null }],
  ['append', { receipt, intentReceipt: consortium.bytes(8_192) }],
  ['checkpoint', 'origin\n0\nroot\n'],
  ['entries', []],
  ['entries', [stored(7), stored(8)]],
  ['inclusion', [consortium.bytes(32), consortium.bytes(32)]],
  ['consistency', []],
  ['cosign', []],
  ['cosign', ['note one\n', 'note two\n']],
  ['balance', { available: 1, reserved: 2, spent: 3, earned: 6 }],
]

/** Every strict prefix is refused with a decode error, and so is one byte more. */
function expectDecodeErrors(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
  const codes = Array.from({ length: bytes.length }, (_, length) =>
    codeOf(() => decode(bytes.subarray(0, length))),
  )
  expect(codes.filter(code => !code.startsWith('ERR_DECODE_'))).toEqual([])
  expectCode('ERR_DECODE_TRAILING', () => decode(Uint8Array.of(...bytes, 0)))
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof MixunError ? error.code : String(error)
  }
  return 'nothing was thrown'
}

describe('requests', () => {
  test('come back as they went in', () => {
    const [, , entries] = requests as [LedgerRequest, LedgerRequest, LedgerRequest]
    expect(decodeRequest(encodeRequest(3, entries))).toEqual({ requestId: 3, request: entries })
    for (const [requestId, request] of requests.entries()) {
      const bytes = encodeRequest(requestId, request)
      const decoded = decodeRequest(bytes)
      expect(compareBytes(encodeRequest(decoded.requestId, decoded.request), bytes)).toBe(0)
      expect(decoded.request.verb).toBe(request.verb)
    }
  })

  test('that are truncated or go on are refused', () => {
    for (const request of requests) expectDecodeErrors(encodeRequest(0, request), decodeRequest)
    expectCode('ERR_DECODE_SCHEMA', () => decodeRequest(Uint8Array.of(0, 0, 0, 0, 99)))
    expectCode('ERR_DECODE_SCHEMA', () =>
      decodeRequest(Uint8Array.of(0, 0, 0, 0, 2, ...new Uint8Array(12).fill(255))),
    )
    expectCode('ERR_DECODE_LENGTH', () => decodeRequest(Uint8Array.of(0, 0, 0, 0, 0, 255, 255, 255, 255)))
  })
})

describe('answers', () => {
  test('come back as they went in, with the id of their request', () => {
    for (const [verb, answer] of answers) {
      const bytes = encodeAnswer(9, verb, answer as never)
      expect(answeredRequest(bytes)).toBe(9)
      const decoded = decodeAnswer(verb, bytes)
      if ('refusal' in decoded) throw new Error('expected an answer')
      expect(compareBytes(encodeAnswer(9, verb, decoded.answer as never), bytes)).toBe(0)
    }
    const balance = { available: 1, reserved: 2, spent: 3, earned: 6 }
    expect(decodeAnswer('balance', encodeAnswer(1, 'balance', balance))).toEqual({ answer: balance })
    const refusal = { code: 'ERR_POINTS_INSUFFICIENT', required: 6, available: 2 }
    expect(decodeAnswer('append', encodeRefusal(9, refusal))).toEqual({ refusal })
  })

  test('that are truncated or go on are refused', () => {
    for (const [verb, answer] of answers) {
      expectDecodeErrors(encodeAnswer(0, verb, answer as never), bytes => decodeAnswer(verb, bytes))
    }
    const refusal = encodeRefusal(0, { code: 'ERR_INTERNAL', required: null, available: null })
    expectDecodeErrors(refusal, bytes => decodeAnswer('balance', bytes))
    expectCode('ERR_DECODE_SCHEMA', () => decodeAnswer('checkpoint', Uint8Array.of(0, 0, 0, 0, 2, 0, 0)))
    const longProof = encodeAnswer(
      0,
      'inclusion',
      Array.from({ length: 65 }, () => new Uint8Array(32)),
    )
    expectCode('ERR_DECODE_LENGTH', () => decodeAnswer('inclusion', longProof))
  })
})
