import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { Vault } from '@mixun/sdk/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JointAnswers } from './joint-answers.ts'

const random = seededRandom('joint answers')
const [intentId, statement] = [random.bytes(16), random.bytes(32)]
const vault = new Vault(intl, random.bytes(32))
const answerOf = (name: string) => ({
  share: Uint8Array.from(Buffer.from(name.padEnd(16))),
  receipt: Uint8Array.from(Buffer.from(`receipt of ${name}`)),
  signature: random.bytes(64),
  record: random.bytes(100),
  maskKey: random.bytes(16),
  maskSalt: random.bytes(32),
})

describe('answers to joint queries', () => {
  let answers: JointAnswers
  beforeEach(() => {
    answers = new JointAnswers(':memory:', vault)
  })
  afterEach(() => answers[Symbol.dispose]())

  test('the last one counts, and its share alone goes out, as often as it is asked for', () => {
    const [first, last] = [answerOf('first'), answerOf('last')]
    answers.keep(intentId, statement, first)
    answers.keep(intentId, statement, last)
    expect(answers.find(intentId)).toEqual(last)
    expectCode('ERR_JOINT_STATEMENT', () => answers.handOut(intentId, first.receipt))
    expect(answers.handOut(intentId, last.receipt)).toEqual(last.share)
    expect(answers.handOut(intentId, last.receipt)).toEqual(last.share)
    // A second share of one query would give the amount away.
    expectCode('ERR_INTENT_REPLAYED', () => answers.keep(intentId, statement, first))
    expectCode('ERR_JOINT_STATEMENT', () => answers.handOut(random.bytes(16), last.receipt))
  })

  test('of one statement, eight times at most, and once where it is said so', () => {
    answers.keepOnce(intentId, statement, answerOf('1'))
    expectCode('ERR_INTENT_REPLAYED', () => answers.keepOnce(intentId, statement, answerOf('2')))
    expectCode('ERR_INTENT_REPLAYED', () => answers.keep(intentId, random.bytes(32), answerOf('2')))
    for (let i = 2; i <= 8; i++) answers.keep(intentId, statement, answerOf(String(i)))
    expectCode('ERR_INTENT_REPLAYED', () => answers.keep(intentId, statement, answerOf('9')))
  })

  test('who refused never answers, and who answered signs no refusal', () => {
    expect(answers.close(intentId, 'ERR_TABLE_UNAVAILABLE')).toBe('ERR_TABLE_UNAVAILABLE')
    expect(answers.close(intentId, 'ERR_INTERNAL')).toBe('ERR_TABLE_UNAVAILABLE')
    expectCode('ERR_TABLE_UNAVAILABLE', () => answers.keep(intentId, statement, answerOf('late')))
    const other = random.bytes(16)
    answers.keep(other, statement, answerOf('first'))
    expect(answers.close(other, 'ERR_INTERNAL')).toBeNull()
  })
})
