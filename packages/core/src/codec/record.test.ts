import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fromHex, toHex, utf8 } from '../bytes/index.ts'
import { MixunError } from '../errors/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { binary, partyId, recordCodec, text, uint, unixMs } from './index.ts'

const schema = z.strictObject({
  id: binary(4),
  name: text(8),
  count: uint(),
  at: unixMs.nullable(),
  flag: z.boolean(),
  inner: z.strictObject({ party: partyId, list: z.array(uint(1_000)).max(20) }),
})
const codec = recordCodec('sample', schema, 512)
const sample: z.infer<typeof schema> = {
  id: Uint8Array.of(1, 2, 3, 4),
  name: '甲',
  count: 5,
  at: null,
  flag: true,
  inner: { party: 'firm-a', list: [1, 128] },
}

const small = recordCodec('small', z.strictObject({ a: uint(), b: text(16) }), 64)

const str = (value: string): string => `${(0xa0 + value.length).toString(16)}${toHex(utf8(value))}`
const decodeSmall = (hex: string) => small.decode(fromHex(hex))

describe('record codec', () => {
  it('gives back what it encoded', () => {
    expect(codec.decode(codec.encode(sample))).toEqual(sample)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.string({ minLength: 1, maxLength: 16, unit: 'grapheme' }).filter(value => value.length <= 16),
        (a, b) => {
          const wide = recordCodec('wide', z.strictObject({ a: uint(), b: text(16) }), 256)
          expect(wide.decode(wide.encode({ a, b }))).toEqual({ a, b })
        },
      ),
    )
  })

  it('has one encoding, with the fields in the order of the schema', () => {
    expect(toHex(small.encode({ b: 'x', a: 1 }))).toBe(`82${str('a')}01${str('b')}${str('x')}`)
    expect(small.decode(small.encode({ b: 'x', a: 1 }))).toEqual({ a: 1, b: 'x' })
  })

  it('keeps no view of the input', () => {
    const bytes = codec.encode(sample)
    const decoded = codec.decode(bytes)
    bytes.fill(0)
    expect(decoded.id).toEqual(Uint8Array.of(1, 2, 3, 4))
  })

  it.each([
    ['fields in another order', `82${str('b')}${str('x')}${str('a')}01`],
    ['a field twice', `83${str('a')}01${str('a')}01${str('b')}${str('x')}`],
    ['an integer of 2 bytes where 1 will do', `82${str('a')}cc01${str('b')}${str('x')}`],
    [
      'an integer of 9 bytes as a double where 1 will do',
      `82${str('a')}cb3ff0000000000000${str('b')}${str('x')}`,
    ],
    ['a signed integer', `82${str('a')}d001${str('b')}${str('x')}`],
    ['minus zero', `82${str('a')}cb8000000000000000${str('b')}${str('x')}`],
    ['a string behind a longer length', `82${str('a')}01${str('b')}d901${toHex(utf8('x'))}`],
    ['a map behind a longer length', `de0002${str('a')}01${str('b')}${str('x')}`],
    ['ill-formed UTF-8', `82${str('a')}01${str('b')}a1ff`],
    ['a lone surrogate in UTF-8', `82${str('a')}01${str('b')}a3eda080`],
  ])('refuses an encoding that is not canonical: %s', (_case, hex) => {
    expectCode('ERR_DECODE_CANONICAL', () => decodeSmall(hex))
  })

  it.each([
    ['an unknown field', `83${str('a')}01${str('b')}${str('x')}${str('c')}01`],
    ['a missing field', `81${str('a')}01`],
    ['a field of another type', `82${str('a')}${str('1')}${str('b')}${str('x')}`],
    ['a number out of range', `82${str('a')}ff${str('b')}${str('x')}`],
    ['a fraction', `82${str('a')}cb3ff8000000000000${str('b')}${str('x')}`],
    ['not a number', `82${str('a')}cb7ff8000000000000${str('b')}${str('x')}`],
    ['2^53', `82${str('a')}cb4340000000000000${str('b')}${str('x')}`],
    ['an integer above 2^53', `82${str('a')}cfffffffffffffffff${str('b')}${str('x')}`],
    ['an empty text', `82${str('a')}01${str('b')}a0`],
    ['a number as key', `8201${str('a')}${str('b')}${str('x')}`],
    ['another top level', `92${str('a')}01`],
    ['nothing but nil', 'c0'],
    ['__proto__ as a field', `83${str('a')}01${str('b')}${str('x')}${str('__proto__')}80`],
  ])('refuses a record that does not fit: %s', (_case, hex) => {
    expectCode('ERR_DECODE_SCHEMA', () => decodeSmall(hex))
  })

  it.each([
    ['an 8-bit extension', 'c70101ff'],
    ['a fixed extension', 'd401ff'],
    ['a timestamp', 'd6ff00000000'],
    ['a float of 4 bytes', 'ca3f800000'],
    ['the unused type', 'c1'],
    ['a msgpackr record definition', 'd4720091a161'],
  ])('refuses types that records do not have: %s', (_case, hex) => {
    expectCode('ERR_DECODE_SCHEMA', () => decodeSmall(`82${str('a')}${hex}${str('b')}${str('x')}`))
  })

  it('refuses deep nesting before it decodes', () => {
    expectCode('ERR_DECODE_SCHEMA', () => decodeSmall(`${'91'.repeat(40)}00`))
    expectCode('ERR_DECODE_SCHEMA', () => decodeSmall(`${'81a161'.repeat(18)}00`))
    const large = recordCodec('large', z.strictObject({ a: z.unknown() }), 1_000_000)
    expectCode('ERR_DECODE_SCHEMA', () => large.decode(new Uint8Array(1_000_000).fill(0x91)))
  })

  it.each(['ddffffffff', 'dfffffffff', 'dbffffffff', 'c6ffffffff', 'dcffff', 'deffff', 'daffff', 'c5ffff'])(
    'refuses a declared length beyond the input: %s',
    hex => {
      expectCode('ERR_DECODE_LENGTH', () => decodeSmall(hex))
    },
  )

  it('refuses every truncation, and trailing bytes', () => {
    const bytes = codec.encode(sample)
    for (let length = 0; length < bytes.length; length++) {
      expectCode('ERR_DECODE_LENGTH', () => codec.decode(bytes.subarray(0, length)))
    }
    expectCode('ERR_DECODE_TRAILING', () => codec.decode(Uint8Array.from([...bytes, 0])))
  })

  it('refuses more bytes than the record may have, both ways', () => {
    expectCode('ERR_DECODE_LENGTH', () => codec.decode(new Uint8Array(513)))
    const tight = recordCodec('tight', z.strictObject({ b: text(100) }), 16)
    expectCode('ERR_DECODE_LENGTH', () => tight.encode({ b: 'x'.repeat(100) }))
  })

  it('refuses to encode what does not fit, and names fields, never values', () => {
    const error = expectCode('ERR_DECODE_SCHEMA', () =>
      codec.encode({ ...sample, name: 'secret-value', inner: { party: 'NO', list: [] } }),
    )
    expect(error.message).toBe('sample: name (too_big), inner.party (invalid_format)')
    expectCode('ERR_DECODE_SCHEMA', () => codec.encode({ ...sample, more: 1 } as never))
    expectCode('ERR_DECODE_SCHEMA', () => codec.encode({ ...sample, id: new Uint8Array(5) }))
    expectCode('ERR_DECODE_SCHEMA', () => codec.encode({ ...sample, name: '\ud800' }))
  })

  it('answers 20,000 damaged records with its own errors, and accepts no second encoding', () => {
    const random = seededRandom('record-fuzz')
    const originals = [
      codec.encode(sample),
      codec.encode({ ...sample, at: 1_700_000_000_000, count: 70_000 }),
    ]
    let accepted = 0
    for (let round = 0; round < 20_000; round++) {
      const bytes = mutate(originals[round % 2] as Uint8Array, random.bytes(8))
      try {
        const value = codec.decode(bytes)
        accepted++
        expect(toHex(codec.encode(value))).toBe(toHex(bytes))
      } catch (error) {
        if (!(error instanceof MixunError) || !error.code.startsWith('ERR_DECODE_')) throw error
      }
    }
    // Changed values inside their range are records too.
    expect(accepted).toBeGreaterThan(0)
    expect(accepted).toBeLessThan(10_000)
  })
})

/** Overwrites, cuts out or inserts a few bytes, as the random bytes say. */
function mutate(original: Uint8Array, random: Uint8Array): Uint8Array {
  const [kind, high, low, value, length] = random as unknown as [number, number, number, number, number]
  const at = (high * 256 + low) % original.length
  const head = original.subarray(0, at)
  switch (kind % 4) {
    case 0:
      return original.with(at, value)
    case 1:
      return original.with(at, (original[at] as number) ^ (1 << (value & 7)))
    case 2:
      return Uint8Array.from([...head, ...original.subarray(at + 1 + (length % 3))])
    default:
      return Uint8Array.from([...head, ...random.subarray(5, 5 + 1 + (length % 3)), ...original.subarray(at)])
  }
}
