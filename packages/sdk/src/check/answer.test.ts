import { inspect } from 'node:util'
import { DefaultRecord, parseIsoDate } from '@mixun/core/domain'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { answerFromJson, answerToJson, type DefaultsAnswer } from './answer.ts'
import { parseIntentId, parseRequestId } from '../ids.ts'

const open = DefaultRecord.of({
  kind: 'contract-due-not-repaid',
  occurredOn: parseIsoDate('2024-02-29'),
  amountFen: 2n ** 53n - 1n,
  status: 'open',
  curedOn: null,
  sourceDigest: new Uint8Array(32).fill(0xab),
  reporter: 'yi',
})
const cured = DefaultRecord.of({
  kind: 'key-monitored-list',
  occurredOn: parseIsoDate('2020-01-01'),
  amountFen: null,
  status: 'cured',
  curedOn: parseIsoDate('2023-12-31'),
  sourceDigest: new Uint8Array(32).fill(0xcd),
  reporter: 'bing',
})

const ANSWER: DefaultsAnswer = {
  requestId: parseRequestId('r-1'),
  isProvisional: false,
  verdict: 'incomplete',
  records: [cured, open],
  missing: [{ party: 'ding', class: 'B', code: 'ERR_CHANNEL_TIMEOUT' }],
  evidence: {
    intentId: parseIntentId('0a'.repeat(16)),
    intentIndex: 7,
    outcomeIndex: 9,
    checkpoint: 'origin\n10\nroot\n\n— origin signature\n',
    intentOpening: '07',
    outcomeOpening: '08',
    intentProof: ['00'.repeat(32)],
    outcomeProof: [],
    parties: [
      {
        party: 'yi',
        class: 'B',
        epoch: 3,
        version: 2,
        root: '11'.repeat(32),
        receipt: '22',
        receiptSignature: '33'.repeat(64),
        rows: ['44', '55'],
      },
    ],
  },
}

/** The answer with its records as plain values, which compare. */
const plain = (answer: DefaultsAnswer) => ({
  ...answer,
  records: answer.records.map(record => record.toPlain()),
})

it('comes back from its JSON as it was', () => {
  const stored = JSON.stringify(answerToJson(ANSWER))
  expect(plain(answerFromJson(stored))).toEqual(plain(ANSWER))
})

it('is plain JSON with amounts as text, for systems that know no larger numbers', () => {
  const [first, second] = answerToJson(ANSWER).records
  expect(first).toMatchObject({ reporter: 'bing', amountFen: null, curedOn: '2023-12-31' })
  expect(second).toEqual({
    kind: 'contract-due-not-repaid',
    occurredOn: '2024-02-29',
    amountFen: '9007199254740991',
    status: 'open',
    curedOn: null,
    sourceDigest: 'ab'.repeat(32),
    reporter: 'yi',
  })
})

it('refuses stored JSON that is no answer', () => {
  const json = answerToJson(ANSWER)
  const bad = [{}, { ...json, verdict: 'fine' }, { ...json, more: 1 }, { ...json, evidence: null }]
  for (const value of bad) expectCode('ERR_HOME_INVALID', () => answerFromJson(JSON.stringify(value)))
  const [record] = json.records
  const renamed = { ...json, records: [{ ...record, kind: 'gossip' }] }
  expectCode('ERR_PARAMETER_UNKNOWN', () => answerFromJson(JSON.stringify(renamed)))
  const impossible = { ...json, records: [{ ...record, occurredOn: '2023-02-29' }] }
  expectCode('ERR_DATE_INVALID', () => answerFromJson(JSON.stringify(impossible)))
})

it('prints no record, however it is printed', () => {
  const logged: string[] = []
  const log = console.log
  console.log = (...values: unknown[]) => void logged.push(values.map(value => inspect(value)).join(' '))
  try {
    console.log(ANSWER, ANSWER.records)
  } finally {
    console.log = log
  }
  logged.push(inspect(ANSWER, { depth: 10, showHidden: true }), JSON.stringify(ANSWER), `${ANSWER.records}`)
  const text = logged.join('\n')
  expect(text.match(/\[default record redacted\]/g)?.length).toBeGreaterThanOrEqual(8)
  const secrets = ['contract-due', 'key-monitored', '2024-02-29', '9007199254740991', 'abab', 'cdcd']
  expect(secrets.filter(secret => text.includes(secret))).toEqual([])
  const clear = JSON.stringify(answerToJson(ANSWER))
  expect(secrets.filter(secret => clear.includes(secret))).toEqual(secrets)
})
