import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { intl, sm, type Suite, verifyOnce } from './index.ts'

/** A suite of its own, so that it remembers nothing yet, which counts its verifications. */
function counting(suite: Suite): Suite & { readonly count: () => number } {
  let verifications = 0
  const verify: Suite['verify'] = (...each) => {
    verifications++
    suite.verify(...each)
  }
  return { ...suite, verify, count: () => verifications }
}

describe.each([intl, sm])('signatures of suite $id that were verified', suite => {
  const key = suite.generateSigningKey(seededRandom('verify once'))
  const message = utf8('a checkpoint that comes to three parts of a process')
  const signature = key.sign(message)

  test('cost one verification', () => {
    const counted = counting(suite)
    for (let i = 0; i < 3; i++) verifyOnce(counted, key.publicKey, message, signature)
    expect(counted.count()).toBe(1)
  })

  test('say nothing of another key, message or signature, however often it comes', () => {
    const counted = counting(suite)
    verifyOnce(counted, key.publicKey, message, signature)
    const stranger = suite.generateSigningKey(seededRandom('stranger')).publicKey
    const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 1)
    const moved = concat(signature, message.subarray(0, 1))
    for (let i = 0; i < 2; i++) {
      for (const [publicKey, said, signed] of [
        [stranger, message, signature],
        [key.publicKey, flip(message, 5), signature],
        [key.publicKey, message, flip(signature, 40)],
        [key.publicKey, message.subarray(1), moved],
      ] as const) {
        expectCode('ERR_VERIFY_SIGNATURE', () => verifyOnce(counted, publicKey, said, signed))
      }
    }
    verifyOnce(counted, key.publicKey, message, signature)
    expect(counted.count()).toBe(9)
  })
})

test('the oldest of many signatures is verified again', () => {
  const counted = counting({ ...intl, verify: () => {} })
  const verify = (i: number) => verifyOnce(counted, new Uint8Array(32), utf8(`${i}`), new Uint8Array(64))
  for (let i = 0; i < 4_097; i++) verify(i)
  verify(1)
  expect(counted.count()).toBe(4_097)
  verify(0)
  expect(counted.count()).toBe(4_098)
})
