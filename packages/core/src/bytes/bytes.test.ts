import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import {
  compareBytes,
  concat,
  equalConstantTime,
  fromHex,
  fromUtf8,
  i2osp,
  toHex,
  utf8,
  wipe,
} from './index.ts'

const bytes = fc.uint8Array({ maxLength: 40 })

describe('bytes', () => {
  it('go to hex and back, in either case', () => {
    fc.assert(
      fc.property(bytes, value => {
        expect(fromHex(toHex(value))).toEqual(value)
        expect(fromHex(toHex(value).toUpperCase())).toEqual(value)
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
      }),
    )
  })

  it.each(['0', '0g', ' 00', '00 ', '0x00', 'ä0'])('refuse what is not hex: %j', hex => {
    expectCode('ERR_DECODE_SCHEMA', () => fromHex(hex))
  })

  it('go to text and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(fromUtf8(utf8(text))).toBe(text)
      }),
    )
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  it.each(['ff', 'c080', 'eda080', 'e4bd', 'f4908080'])('refuse ill-formed UTF-8: %s', hex => {
    expectCode('ERR_DECODE_SCHEMA', () => fromUtf8(fromHex(hex)))
  })

  it('are joined in order', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), parts => {
        expect(concat(...parts)).toEqual(Uint8Array.from(Buffer.concat(parts)))
      }),
    )
  })

  it('are compared as a whole', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(255), fc.nat(), (a, b, last, at) => {
        expect(equalConstantTime(a, Uint8Array.from(a))).toBe(true)
        expect(equalConstantTime(a, b)).toBe(Buffer.compare(a, b) === 0)
        const longer = Uint8Array.from([...a, last])
        const changed = longer.with(at % longer.length, (longer[at % longer.length] as number) ^ 1)
        expect(equalConstantTime(longer, changed)).toBe(false)
        expect(equalConstantTime(a, longer)).toBe(false)
      }),
    )
  })

  it('have the order of their contents', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      }),
    )
  })

  it('hold integers big-endian', () => {
    expect(toHex(i2osp(0x010203, 4))).toBe('00010203')
    expect(toHex(i2osp(Number.MAX_SAFE_INTEGER, 8))).toBe('001fffffffffffff')
    expect(i2osp(0, 0)).toEqual(new Uint8Array(0))
  })

  it.each([
    [256, 1],
    [-1, 1],
    [0.5, 1],
    [2 ** 53, 8],
    [Number.NaN, 4],
    [1, 0],
  ])('hold no integer that does not fit: %d in %d bytes', (value, length) => {
    expectCode('ERR_INPUT_RANGE', () => i2osp(value, length))
  })

  it('are zero after wiping', () => {
    const secrets = [Uint8Array.of(1, 2), Uint8Array.of(3)]
    wipe(...secrets)
    expect(secrets).toEqual([new Uint8Array(2), new Uint8Array(1)])
  })
})
