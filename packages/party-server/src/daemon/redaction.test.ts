import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { type ConsentId, type DefaultsAnswer, Mixun } from '@mixun/sdk'
import { consentOf } from '../testing/clients.ts'
import { AMOUNT_FEN } from '../testing/records.ts'
import { leaksIn } from '../testing/secrets.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const subject = investor(1)
const other = investor(2)
const RECORD = ['contract-due-not-repaid', '2025-03-14', String(AMOUNT_FEN)]

/** The numbers, plain and in the usual encodings, also as Node prints bytes. */
const CANARIES = [subject, other].flatMap(each => {
  const bytes = Buffer.from(each.encode())
  const number = Buffer.from(each.reveal())
  return [
    each.reveal(),
    each.reveal().slice(0, 14),
    ...[bytes, number].flatMap(text => [
      text.toString('hex'),
      text.toString('base64'),
      [...text].join(', '),
      text.toString('hex').replaceAll(/(..)(?=.)/g, '$1 '),
      text.toString('utf16le'),
    ]),
  ]
})

const ON_ONE_LINE = { depth: 20, breakLength: Infinity, compact: true, maxArrayLength: null } as const

/** Everything that a logger could make of a value. */
function printed(value: unknown): string {
  const shown = [
    inspect(value, { ...ON_ONE_LINE, showHidden: true, getters: true }),
    String(value),
    JSON.stringify(value),
  ]
  if (typeof value === 'object' && value !== null) shown.push(inspect({ ...value }, ON_ONE_LINE))
  if (value instanceof Error) shown.push(String(value.stack), printed(value.cause))
  return shown.join('\n')
}

let consortium: TestConsortium
let mixun: Mixun
let consent: ConsentId
let answer: DefaultsAnswer
beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({ firms: { jia: null, yi: [{ subject, kind }] } })
  mixun = await consortium.firm('jia').client()
  consent = await consentOf(mixun, subject)
  answer = await mixun.checkDefaults(subject, { consent, requestId: 'asked' })
})
afterAll(async () => {
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

describe('nothing that is printed shows a subject or a record', () => {
  it('not the values of the sdk', () => {
    const { consents } = mixun
    const values = {
      mixun,
      consents,
      subject,
      consent,
      answer,
      registered: consents.find(consent),
      opening: mixun.openInquiry('asked'),
    }
    for (const [name, value] of Object.entries(values)) {
      expect([name, leaksIn(printed(value), [...CANARIES, ...RECORD])]).toEqual([name, []])
    }
    expect(printed(values)).toContain('[opening of an inquiry redacted]')
  })

  it('not its errors', async () => {
    const ask = (requestId: string, whom = subject, id = consent) =>
      mixun.checkDefaults(whom, { consent: id, requestId })
    const errors = [
      await expectCodeAsync('ERR_CONSENT_SUBJECT', ask('other', other)),
      await expectCodeAsync('ERR_REQUEST_ID_REUSED', ask('asked', other)),
      await expectCodeAsync('ERR_INPUT_RANGE', ask(`inquiry ${subject.reveal()}`)),
      await expectCodeAsync('ERR_CONSENT_UNKNOWN', ask('none', subject, subject.reveal() as ConsentId)),
      expectCode('ERR_INPUT_RANGE', () => mixun.openInquiry(subject.reveal())),
    ]
    for (const error of errors)
      expect([error.code, leaksIn(printed(error), CANARIES)]).toEqual([error.code, []])
  })

  it('and the search finds what is there', () => {
    expect(leaksIn(printed(mixun.openInquiry('asked').reveal()), CANARIES)).not.toEqual([])
    expect(leaksIn(printed(subject.encode()), CANARIES)).not.toEqual([])
    expect(leaksIn(printed(answer.records.map(({ kind }) => kind)), RECORD)).not.toEqual([])
  })
})

describe('a signal', () => {
  const aborted = { signal: AbortSignal.abort() }
  const late = { signal: AbortSignal.timeout(0) }

  it('that has fired keeps everything from starting', async () => {
    const size = consortium.ledgerSize
    await expectCodeAsync('ERR_CHANNEL_ABORTED', consentOf(mixun, other, aborted))
    await expectCodeAsync('ERR_CHANNEL_ABORTED', mixun.consents.withdraw(consent, 'superseded', aborted))
    await expectCodeAsync(
      'ERR_CHANNEL_ABORTED',
      mixun.checkDefaults(subject, { consent, requestId: 'asked', ...aborted }),
    )
    await expectCodeAsync('ERR_CHANNEL_ABORTED', mixun.sync(aborted))
    await expectCodeAsync('ERR_CHANNEL_ABORTED', mixun.points(aborted))
    await expectCodeAsync('ERR_CHANNEL_ABORTED', Mixun.open(consortium.firm('jia').root, aborted))
    // Entries of one member arrive in order: had an earlier one been sent, it would count here.
    await consentOf(mixun, other)
    expect(consortium.ledgerSize).toBe(size + 1)
  })

  it('of a deadline is told apart', async () => {
    await expectCodeAsync('ERR_CHANNEL_TIMEOUT', mixun.points(late))
  })
})
