import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { MixunError } from '../errors/index.ts'
import { DefaultRecord, parseIsoDate, type Redacted, Subject } from './index.ts'

const number = '11010519491231002X'
const subject = Subject.parse('resident-id', number)
const record = DefaultRecord.of({
  kind: 'judicial-dispute',
  occurredOn: parseIsoDate('2019-09-24'),
  amountFen: 468_879_175_801n,
  status: 'cured',
  curedOn: parseIsoDate('2021-03-07'),
  sourceDigest: new Uint8Array(32).fill(0xab),
  reporter: 'canaryfirm',
})

/** Every way in which a value usually reaches a log. */
const printed = (value: Redacted): string[] => [
  String(value),
  `${value}`,
  `${[value]}`,
  JSON.stringify(value),
  JSON.stringify({ nested: [value] }),
  JSON.stringify({ ...value }),
  inspect(value),
  inspect(value, { depth: 9, showHidden: true, getters: true }),
  inspect({ nested: new Map([[value, [value]]]) }, { depth: 9, showHidden: true, getters: true }),
  inspect(value, { customInspect: false, depth: 9, showHidden: true }),
  inspect(new Error(`refused ${value}`)),
  new Error(`refused ${value}`).message,
  inspect(new MixunError('ERR_INTERNAL', `refused ${value}`, { cause: value }), { depth: 9 }),
]

describe('redaction', () => {
  it.each([
    ['subject', subject, [number, number.slice(0, 6), '19491231']],
    ['default record', record, ['judicial', '2019', '468879175801', '2021', 'abab', '171', 'canaryfirm']],
  ])(
    'keeps the content of a %s out of strings, JSON, inspect and error messages',
    (label, value, canaries) => {
      for (const text of printed(value)) {
        for (const canary of canaries) expect(text).not.toContain(canary)
      }
      expect(String(value)).toBe(`[${label} redacted]`)
    },
  )

  it('has content to hide: the canaries are what reveal and toPlain return', () => {
    expect(subject.reveal()).toBe(number)
    expect(inspect(record.toPlain())).toContain('468879175801n')
  })
})
