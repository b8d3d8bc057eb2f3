import { compareBytes, utf8 } from '@mixun/core/bytes'
import { expectCode } from '@mixun/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodePublicList, encodePublicList, type PublicListEntry } from './public-list.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const entries = fc.uniqueArray(fc.record({ subject: bytes(128), payload: bytes(300) }), {
  maxLength: 20,
  selector: entry => Buffer.from(entry.subject).toString('hex'),
})
const entry = (subject: string): PublicListEntry => ({
  subject: utf8(subject),
  payload: utf8(`of ${subject}`),
})

it('comes back sorted by subject, and has one encoding', () => {
  fc.assert(
    fc.property(entries, list => {
      const encoded = encodePublicList(list)
      const sorted = list.toSorted((a, b) => compareBytes(a.subject, b.subject))
      expect(decodePublicList(encoded)).toEqual(sorted)
      expect(encodePublicList(list.toReversed())).toEqual(encoded)
    }),
  )
})

it('refuses subjects out of order or twice: ERR_DECODE_CANONICAL', () => {
  const [count, a, b] = [
    Buffer.of(0, 0, 0, 2),
    ...['a', 'b'].map(each => encodePublicList([entry(each)]).subarray(4)),
  ]
  expect(decodePublicList(Buffer.concat([count, a as Uint8Array, b as Uint8Array]))).toHaveLength(2)
  for (const pair of [
    [b, a],
    [a, a],
  ] as Uint8Array[][]) {
    expectCode('ERR_DECODE_CANONICAL', () => decodePublicList(Buffer.concat([count, ...pair])))
  }
})

it('refuses a list that is cut off, goes on, or says it is enormous', () => {
  const encoded = encodePublicList([entry('a'), entry('b')])
  for (let end = 0; end < encoded.length; end++) {
    expectCode('ERR_DECODE_LENGTH', () => decodePublicList(encoded.subarray(0, end)))
  }
  expectCode('ERR_DECODE_TRAILING', () => decodePublicList(Buffer.concat([encoded, Buffer.of(0)])))
  expectCode('ERR_DECODE_LENGTH', () => decodePublicList(Buffer.of(0xff, 0xff, 0xff, 0xff)))
})
