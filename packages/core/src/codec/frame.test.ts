import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import { Reader, Writer } from './index.ts'

describe('writer and reader of fixed layouts', () => {
  it('write integers big-endian and fields behind their length', () => {
    const bytes = new Writer()
      .uint8(1)
      .uint16(0x0203)
      .uint32(0x04050607)
      .uint64(0x08090a0b0c0d0e)
      .fixed(Uint8Array.of(9), 1)
      .bytes16(Uint8Array.of(8, 7))
      .bytes32(Uint8Array.of(6))
      .raw(Uint8Array.of(5))
      .finish()
    expect(Buffer.from(bytes).toString('hex')).toBe(
      `01${'0203'}${'04050607'}${'0008090a0b0c0d0e'}09${'00020807'}${'0000000106'}05`,
    )
  })

  it('read what was written', () => {
    const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
    const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(uint(8), uint(16), uint(32), safe, bytes, bytes, (a, b, c, d, e, f) => {
        const written = new Writer().uint8(a).uint16(b).uint32(c).uint64(d).bytes16(e).bytes32(f).finish()
        const reader = new Reader(written)
        expect([reader.uint8(), reader.uint16(), reader.uint32(), reader.uint64()]).toEqual([a, b, c, d])
        expect(reader.bytes16(300)).toEqual(e)
        expect(reader.bytes32(300)).toEqual(f)
        reader.end()
      }),
    )
  })

  it('refuse every truncation', () => {
    const read = (bytes: Uint8Array) => {
      const reader = new Reader(bytes)
      reader.uint8()
      reader.uint16()
      reader.uint32()
      reader.uint64()
      reader.fixed(3)
      reader.bytes16(10)
      reader.bytes32(10)
      reader.end()
    }
    const whole = new Writer()
      .uint8(1)
      .uint16(2)
      .uint32(3)
      .uint64(4)
      .fixed(new Uint8Array(3), 3)
      .bytes16(new Uint8Array(4))
      .bytes32(new Uint8Array(5))
      .finish()
    read(whole)
    for (let length = 0; length < whole.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () => read(whole.subarray(0, length)))
    }
  })

  it('refuse trailing bytes', () => {
    const reader = new Reader(Uint8Array.of(1, 2))
    reader.uint8()
    expectCode('ERR_DECODE_TRAILING', () => reader.end())
  })

  it('refuse a field above its limit before they read it', () => {
    expectCode('ERR_DECODE_LENGTH', () => new Reader(Uint8Array.of(0, 5, 1, 2, 3, 4, 5)).bytes16(4))
    expectCode('ERR_DECODE_LENGTH', () => new Reader(Uint8Array.of(255, 255, 255, 255)).bytes32(4))
  })

  it('refuse to read an integer of 2^53 or more', () => {
    const bytes = Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255)
    expect(new Reader(bytes).uint64()).toBe(Number.MAX_SAFE_INTEGER)
    for (const above of [Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0), new Uint8Array(8).fill(255)]) {
      expectCode('ERR_DECODE_SCHEMA', () => new Reader(above).uint64())
    }
  })

  it('refuse to write what does not fit', () => {
    expectCode('ERR_INPUT_RANGE', () => new Writer().uint8(256))
    expectCode('ERR_INPUT_RANGE', () => new Writer().uint16(-1))
    expectCode('ERR_INPUT_RANGE', () => new Writer().uint32(0.5))
    expectCode('ERR_INPUT_RANGE', () => new Writer().uint64(2 ** 53))
    expectCode('ERR_INPUT_RANGE', () => new Writer().bytes16(new Uint8Array(65_536)))
    expectCode('ERR_INPUT_LENGTH', () => new Writer().fixed(new Uint8Array(3), 4))
  })
})
