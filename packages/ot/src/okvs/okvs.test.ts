import { concat, toHex } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeOkvsBytes, encodeOkvsBytes } from './codec.ts'
import { decodeOkvs, encodeOkvs, type OkvsItems } from './okvs.ts'
import { insecureRandomBand32, okvsBytes, okvsColumns, okvsRandomBand256 as parameters } from './params.ts'

function items(count: number, valueBytes = 16, seed = 'items'): OkvsItems {
  const random = seededRandom(`${seed} ${count}`)
  return { keys: random.bytes(16 * count), values: random.bytes(valueBytes * count), valueBytes }
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

describe('a store', () => {
  it.each([0, 1, 2, 255, 256, 257, 1_000, 4_096])('gives the values of its %i keys', count => {
    for (const valueBytes of [8, 16, 24, 32]) {
      const given = items(count, valueBytes)
      const store = encodeOkvs(parameters, given, seededRandom('seed'))
      expect(store.columns).toHaveLength(okvsColumns(parameters, count) * valueBytes)
      expect(same(decodeOkvs(store, given.keys), given.values)).toBe(true)
    }
  })

  it('gives what looks random for other keys, and different things for different ones', () => {
    const store = encodeOkvs(parameters, items(300), seededRandom('seed'))
    const others = decodeOkvs(store, seededRandom('others').bytes(16 * 2_000))
    let bits = 0
    for (const byte of others) for (let bit = 0; bit < 8; bit++) bits += (byte >> bit) & 1
    // 256,000 fair bits: five standard deviations are 1,265.
    expect(Math.abs(bits - 128_000)).toBeLessThan(1_265)
    const distinct = new Set(
      Array.from({ length: 2_000 }, (_, i) => toHex(others.subarray(16 * i, 16 * i + 16))),
    )
    expect(distinct.size).toBe(2_000)
  })

  it('has columns that look uniform when values do, free ones and those of an empty store too', () => {
    for (const count of [0, 500]) {
      const { columns } = encodeOkvs(parameters, items(count, 32), seededRandom('seed'))
      const words = new Set<string>()
      for (let at = 0; at < columns.length; at += 32) words.add(toHex(columns.subarray(at, at + 32)))
      expect(words.size).toBe(okvsColumns(parameters, count))
    }
  })

  it('follows from items and randomness alone, whatever the order of items', () => {
    const given = items(100)
    const make = (seed: string) => toHex(encodeOkvsBytes(encodeOkvs(parameters, given, seededRandom(seed))))
    expect(make('a')).toBe(make('a'))
    expect(make('a')).not.toBe(make('b'))
    const reversed = (bytes: Uint8Array) =>
      concat(...Array.from({ length: 100 }, (_, i) => bytes.subarray(16 * (99 - i), 16 * (100 - i))))
    const turned = { ...given, keys: reversed(given.keys), values: reversed(given.values) }
    expect(toHex(encodeOkvsBytes(encodeOkvs(parameters, turned, seededRandom('a'))))).toBe(make('a'))
  })

  it('leaves its inputs alone and takes them at any offset', () => {
    const given = items(64)
    const before = toHex(concat(given.keys, given.values))
    const store = encodeOkvs(parameters, given, seededRandom('seed'))
    expect(toHex(concat(given.keys, given.values))).toBe(before)
    for (let offset = 0; offset < 4; offset++) {
      const moved = new Uint8Array(store.columns.length + offset).subarray(offset)
      moved.set(store.columns)
      const keys = new Uint8Array(given.keys.length + offset).subarray(offset)
      keys.set(given.keys)
      expect(same(decodeOkvs({ ...store, columns: moved }, keys), given.values)).toBe(true)
    }
  })

  it('is linear: the sum of two stores of one seed holds the sums of their values', () => {
    const given = items(50)
    const [a, b] = ['a', 'b'].map(label => {
      const values = seededRandom(label).bytes(given.values.length)
      // The same seed, and free columns of their own.
      const free = seededRandom(label)
      let draws = 0
      const random = { bytes: (n: number) => (draws++ === 0 ? new Uint8Array(16).fill(7) : free.bytes(n)) }
      return { values, store: encodeOkvs(parameters, { ...given, values }, random) }
    }) as [
      { values: Uint8Array; store: ReturnType<typeof encodeOkvs> },
      { values: Uint8Array; store: ReturnType<typeof encodeOkvs> },
    ]
    const xor = (x: Uint8Array, y: Uint8Array) => x.map((byte, i) => byte ^ (y[i] as number))
    const sum = { ...a.store, columns: xor(a.store.columns, b.store.columns) }
    expect(same(decodeOkvs(sum, given.keys), xor(a.values, b.values))).toBe(true)
  })

  it('has the size of its capacity, whatever is in it', () => {
    for (const count of [0, 1, 499, 500]) {
      const given = items(count)
      const store = encodeOkvs(parameters, { ...given, capacity: 500 }, seededRandom('seed'))
      expect(store.columns).toHaveLength(16 * okvsColumns(parameters, 500))
      const decoded = decodeOkvsBytes(parameters, 500, 16, encodeOkvsBytes(store))
      expect(same(decodeOkvs(decoded, given.keys), given.values)).toBe(true)
    }
    expectCode('ERR_INPUT_RANGE', () =>
      encodeOkvs(parameters, { ...items(3), capacity: 2 }, seededRandom('seed')),
    )
  })

  it('survives a round trip through bytes, and no other length is taken', () => {
    const given = items(9, 24)
    const bytes = encodeOkvsBytes(encodeOkvs(parameters, given, seededRandom('seed')))
    expect(bytes).toHaveLength(okvsBytes(parameters, 9, 24))
    const decoded = decodeOkvsBytes(parameters, 9, 24, bytes)
    expect(same(decodeOkvs(decoded, given.keys), given.values)).toBe(true)
    expectCode('ERR_DECODE_LENGTH', () => decodeOkvsBytes(parameters, 9, 24, bytes.subarray(1)))
    expectCode('ERR_DECODE_LENGTH', () => decodeOkvsBytes(parameters, 9, 24, new Uint8Array(15)))
    expectCode('ERR_DECODE_TRAILING', () =>
      decodeOkvsBytes(parameters, 9, 24, concat(bytes, Uint8Array.of(0))),
    )
  })

  it('holds any items of any length', () => {
    const lengths = fc.integer({ min: 1, max: 8 }).map(words => 8 * words)
    fc.assert(
      fc.property(fc.nat(600), lengths, fc.string(), (count, valueBytes, seed) => {
        const given = items(count, valueBytes, seed)
        const store = encodeOkvs(parameters, given, seededRandom(seed))
        return same(decodeOkvs(store, given.keys), given.values)
      }),
      { numRuns: 40 },
    )
  })
})

describe('what is refused', () => {
  it('a key that stands twice, with equal or other values: ERR_INPUT_DUPLICATE', () => {
    const { keys, values } = items(40)
    keys.copyWithin(16 * 31, 16 * 4, 16 * 5)
    const encode = () => encodeOkvs(parameters, { keys, values, valueBytes: 16 }, seededRandom('seed'))
    const { message } = expectCode('ERR_INPUT_DUPLICATE', encode)
    expect(message).toContain('4 and 31')
    values.copyWithin(16 * 31, 16 * 4, 16 * 5)
    expectCode('ERR_INPUT_DUPLICATE', encode)
  })

  it('lengths that do not fit together, and values that are no words', () => {
    const { keys, values } = items(4)
    const encode = (changes: Partial<OkvsItems>) =>
      encodeOkvs(parameters, { keys, values, valueBytes: 16, ...changes }, seededRandom('seed'))
    expectCode('ERR_INPUT_LENGTH', () => encode({ keys: keys.subarray(1) }))
    expectCode('ERR_INPUT_LENGTH', () => encode({ values: values.subarray(16) }))
    for (const valueBytes of [0, 4, 12, 1_032, Number.NaN]) {
      expectCode('ERR_INPUT_RANGE', () => encode({ valueBytes }))
    }
    const store = encode({})
    expectCode('ERR_INPUT_LENGTH', () => decodeOkvs(store, keys.subarray(1)))
    expectCode('ERR_INPUT_LENGTH', () => decodeOkvs({ ...store, columns: store.columns.subarray(16) }, keys))
    expectCode('ERR_INPUT_RANGE', () => okvsColumns(parameters, 2 ** 24 + 1))
    expectCode('ERR_INPUT_RANGE', () => okvsColumns(parameters, 1.5))
  })
})

describe('a set that does not fit its seed', () => {
  const given = items(2_000)
  /** Counts the seeds that an encoding takes; each draws a seed and the free columns. */
  const seedsTaken = (label: string) => {
    const source = seededRandom(label)
    let seeds = 0
    const random = {
      bytes(length: number) {
        if (length === 16) seeds++
        return source.bytes(length)
      },
    }
    const store = encodeOkvs(insecureRandomBand32, given, random)
    expect(same(decodeOkvs(store, given.keys), given.values)).toBe(true)
    return seeds
  }

  it('takes the next one', () => {
    const taken = Array.from({ length: 30 }, (_, i) => seedsTaken(`seed ${i}`))
    expect(Math.min(...taken)).toBe(1)
    expect(Math.max(...taken)).toBeGreaterThan(1)
  })

  it('is given up in the end: ERR_OKVS_ENCODE', () => {
    // One seed for ever: the first that fails.
    for (let number = 0; number < 200; number++) {
      const source = seededRandom(`fixed ${number}`)
      const seed = source.bytes(16)
      const random = { bytes: (length: number) => (length === 16 ? seed : source.bytes(length)) }
      try {
        encodeOkvs(insecureRandomBand32, given, random)
      } catch {
        expectCode('ERR_OKVS_ENCODE', () => encodeOkvs(insecureRandomBand32, given, random))
        return
      }
    }
    expect.unreachable('expected one seed of 200 to fail')
  })
})
