import { fromHex, toHex } from '@mixun/core/bytes'
import { expectCode } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProtobufFields, ProtobufWriter } from './protobuf.ts'

describe('the wire format', () => {
  it('is that of its documentation', () => {
    // https://protobuf.dev/programming-guides/encoding/: messages Test1, Test2, Test6, and −2 as an int32.
    expect(toHex(new ProtobufWriter().integer(1, 150).finish())).toBe('089601')
    expect(toHex(new ProtobufWriter().text(2, 'testing').finish())).toBe('120774657374696e67')
    expect(toHex(new ProtobufWriter().integers(6, [3, 270, 86_942]).finish())).toBe('3206038e029ea705')
    expect(toHex(new ProtobufWriter().integer(1, -2).finish())).toBe('08feffffffffffffffff01')
  })

  it('leaves out what is zero or empty, and reads it so', () => {
    const writer = new ProtobufWriter().integer(1, 0).boolean(2, false).text(3, '').integers(4, [])
    expect(writer.finish()).toHaveLength(0)
    expect(toHex(new ProtobufWriter().bytes(5, new Uint8Array(0), true).finish())).toBe('2a00')
    const fields = new ProtobufFields(new Uint8Array(0))
    expect([
      fields.integer(1),
      fields.boolean(2),
      fields.text(3),
      fields.integers(4),
      fields.repeated(5),
    ]).toEqual([0, false, '', [], []])
  })

  it('skips what it does not know, takes the last of several, and packed and unpacked numbers', () => {
    // Field 9 as fixed32, field 10 as fixed64, field 1 twice, field 4 unpacked and packed.
    const fields = new ProtobufFields(fromHex('4d01020304510102030405060708080508072003220204052001'))
    expect(fields.integer(1)).toBe(7)
    expect(fields.integers(4)).toEqual([3, 4, 5, 1])
  })

  it('keeps any integer below 2^53, and any text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), (value, text) => {
        const fields = new ProtobufFields(new ProtobufWriter().integer(1, value).text(2, text).finish())
        return fields.integer(1) === value && fields.text(2) === text
      }),
    )
  })

  it.each([
    ['ERR_DECODE_LENGTH', 'a varint that goes on', '0896'],
    ['ERR_DECODE_LENGTH', 'bytes that are not there', '120774'],
    ['ERR_DECODE_LENGTH', 'a length beyond all memory', '12ffffffffffffffffff01'],
    ['ERR_DECODE_LENGTH', 'a fixed32 cut off', '4d0102'],
    ['ERR_DECODE_SCHEMA', 'a varint of eleven bytes', '08ffffffffffffffffffff01'],
    ['ERR_DECODE_SCHEMA', 'a group', '0b0c'],
    ['ERR_DECODE_SCHEMA', 'field number zero', '0001'],
  ] as const)('refuses with %s %s', (code, _, hex) => {
    expectCode(code, () => new ProtobufFields(fromHex(hex)))
  })

  it('refuses fields of another type and numbers that JavaScript does not hold', () => {
    const fields = new ProtobufFields(fromHex('0896011203ffffff18ffffffffffffffff7f'))
    expectCode('ERR_DECODE_SCHEMA', () => fields.bytes(1))
    expectCode('ERR_DECODE_SCHEMA', () => fields.repeated(1))
    expectCode('ERR_DECODE_SCHEMA', () => fields.integer(2))
    expectCode('ERR_DECODE_SCHEMA', () => fields.text(2))
    expectCode('ERR_DECODE_LENGTH', () => fields.integers(2))
    expectCode('ERR_DECODE_SCHEMA', () => fields.integer(3))
  })
})
