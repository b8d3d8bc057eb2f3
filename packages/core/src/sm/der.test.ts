import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { expectCode } from '../testing/index.ts'
import { DER_TAG, DerReader, derBitString, derElement, derUnsigned } from './der.ts'

const unsigned = (hex: string) => toHex(new DerReader(fromHex(hex)).unsigned())

describe('DER', () => {
  it.each([
    ['020100', ''],
    ['020101', '01'],
    ['02017f', '7f'],
    ['02020080', '80'],
    ['02027f00', '7f00'],
    ['02020100', '0100'],
  ])('reads and writes the integer %s', (encoded, magnitude) => {
    expect(unsigned(encoded)).toBe(magnitude)
    expect(toHex(derUnsigned(fromHex(magnitude)))).toBe(encoded)
    expect(toHex(derUnsigned(fromHex(`0000${magnitude}`)))).toBe(encoded)
  })

  it.each([
    ['no content', '0200'],
    ['a negative integer', '0201ff'],
    ['a negative integer of two bytes', '02028000'],
    ['a zero byte in front that is no sign', '0202007f'],
    ['zero as two bytes', '02020000'],
    ['another tag', '030100'],
    ['an indefinite length', '028001000000'],
    ['a length of two bytes that fits one', '02810101'],
    ['a length with a leading zero', '0282008101'],
    ['a length of five bytes', '0285000000000101'],
  ])('refuses an integer with %s', (_, encoded) => {
    expectCode('ERR_DECODE_DER', () => unsigned(encoded))
  })

  it.each(['', '02', '0202', '020201', '0281', '028180', '0284ffffffff01'])('refuses %s, cut short', hex => {
    expectCode('ERR_DECODE_LENGTH', () => unsigned(hex))
  })

  it('refuses bytes after the last element', () => {
    const reader = new DerReader(fromHex('0201010500'))
    reader.unsigned()
    expectCode('ERR_DECODE_TRAILING', () => reader.end())
  })

  it('reads bit strings of whole bytes only', () => {
    expect(toHex(new DerReader(derBitString(fromHex('0a0b'))).bitString())).toBe('0a0b')
    for (const hex of ['0300', '03020480', '03020100']) {
      expectCode('ERR_DECODE_DER', () => new DerReader(fromHex(hex)).bitString())
    }
  })

  it('writes and reads lengths around every limit', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const encoded = derElement(DER_TAG.octetString, new Uint8Array(length))
      const reader = new DerReader(encoded)
      expect(reader.element(DER_TAG.octetString)).toHaveLength(length)
      reader.end()
    }
    expect(toHex(derElement(DER_TAG.octetString, new Uint8Array(128)).subarray(0, 3))).toBe('048180')
  })

  it('has one encoding a value: what decodes, encodes to the same bytes', () => {
    const integers = fc
      .uint8Array({ maxLength: 5 })
      .map(bytes => concat(Uint8Array.of(2, bytes.length), bytes))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 8 }), integers), bytes => {
        try {
          const reader = new DerReader(bytes)
          const value = reader.unsigned()
          reader.end()
          return toHex(derUnsigned(value)) === toHex(bytes)
        } catch (error) {
          return error instanceof MixunError && error.code.startsWith('ERR_DECODE_')
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
