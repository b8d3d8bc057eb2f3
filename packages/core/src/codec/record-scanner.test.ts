import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { binary, recordCodec, uint } from './index.ts'
import { RecordScanner } from './record-scanner.ts'

const item = z.strictObject({ name: z.string(), count: uint() })
const codec = recordCodec(
  'scanned',
  z.strictObject({
    count: uint(),
    text: z.string(),
    bytes: binary(0, 70_000),
    maybe: binary(1, 300).nullable(),
    flag: z.boolean(),
    items: z.array(item),
    last: uint(),
  }),
  1_000_000,
)
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 300 })
const value = fc.record({
  count: fc.maxSafeNat(),
  text: ascii,
  bytes: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(70_000))),
  maybe: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 })),
  flag: fc.boolean(),
  items: fc.array(fc.record({ name: ascii, count: fc.maxSafeNat() }), { maxLength: 20 }),
  last: fc.maxSafeNat(),
})

it('reads every field of a record as its codec does, and skips to any', () => {
  const scanner = new RecordScanner()
  fc.assert(
    fc.property(value, record => {
      const bytes = codec.encode(record)
      const decoded = codec.decode(bytes)
      expect(scanner.scan(bytes).enter()).toBe(7)
      scanner.skip()
      expect(scanner.uint()).toBe(decoded.count)
      scanner.skip()
      expect(scanner.ascii()).toBe(decoded.text)
      scanner.skip()
      expect(Buffer.compare(scanner.view(), decoded.bytes)).toBe(0)
      scanner.skip()
      const maybe = scanner.isNull() ? null : Uint8Array.from(scanner.view())
      expect(maybe).toEqual(decoded.maybe)
      scanner.skip(3)
      const items = Array.from({ length: scanner.enter() }, () => {
        scanner.skip(scanner.enter() - 1)
        const name = scanner.ascii()
        scanner.skip()
        return { name, count: scanner.uint() }
      })
      expect(items).toEqual(decoded.items)
      scanner.skip()
      expect(scanner.uint()).toBe(decoded.last)
      scanner.scan(bytes).enter()
      scanner.skip(13)
      expect(scanner.uint()).toBe(decoded.last)
    }),
  )
})

it('refuses to read past the end, or a field of another kind', () => {
  const scanner = new RecordScanner()
  expectCode('ERR_DECODE_LENGTH', () => scanner.scan(new Uint8Array(0)).enter())
  expectCode('ERR_DECODE_SCHEMA', () => scanner.scan(Uint8Array.of(1)).enter())
  expectCode('ERR_DECODE_SCHEMA', () => scanner.scan(Uint8Array.of(1)).view())
  expectCode('ERR_DECODE_SCHEMA', () => scanner.scan(utf8('é')).uint())
})
