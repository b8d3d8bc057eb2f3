import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileKernel } from './lib/compile-kernel.ts'

interface FieldExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  area(): number
}
type Operation = (...addresses: (number | bigint)[]) => void

const LIMBS = 9
/** What the sources call tight. */
const TIGHT = 2 ** 28 + 2 ** 16
/** Bytes between the numbers of the area. */
const STRIDE = 64

const api = (globalThis as unknown as { WebAssembly: Record<string, new (source: unknown) => unknown> })
  .WebAssembly
const { binary } = await compileKernel('field-test')
const WasmModule = api.Module as new (source: unknown) => object
const instance = new (api.Instance as new (module: object) => { exports: FieldExports })(
  new WasmModule(binary),
)
const memory = new DataView(instance.exports.memory.buffer)
const start = instance.exports.area()

const at = (slot: number): number => start + STRIDE * slot
const run = (name: string, ...values: (number | bigint)[]): void =>
  (instance.exports as unknown as Record<string, Operation>)[name]?.(...values)

function write(slot: number, limbs: readonly number[]): void {
  for (let i = 0; i < 12; i++) memory.setInt32(at(slot) + 4 * i, limbs[i] ?? 0, true)
}

function read(slot: number): number[] {
  return Array.from({ length: LIMBS }, (_, i) => memory.getInt32(at(slot) + 4 * i, true))
}

function value(limbs: readonly number[]): bigint {
  return limbs.reduce((sum, limb, i) => sum + (BigInt(limb) << BigInt(29 * i)), 0n)
}

function bytes(slot: number): Uint8Array {
  return new Uint8Array(memory.buffer, at(slot), 32).slice()
}

function expectTight(limbs: readonly number[]): void {
  expect(Math.max(...limbs.map(Math.abs))).toBeLessThanOrEqual(TIGHT)
}

const R = 2n ** 261n
const FIELDS = [
  { name: '25519', p: 2n ** 255n - 19n, factor: 1n, topLimb: TIGHT, isLittleEndian: true },
  {
    name: 'Sm2',
    p: 2n ** 256n - 2n ** 224n - 2n ** 96n + 2n ** 64n - 1n,
    factor: R,
    // Values below 2p: what lies in the highest limb is small.
    topLimb: 2 ** 25,
    isLittleEndian: false,
  },
]

describe.each(FIELDS)('the field of $name', ({ name, p, factor, topLimb, isLittleEndian }) => {
  const mod = (x: bigint): bigint => ((x % p) + p) % p
  const inverse = (x: bigint): bigint => power(mod(x), p - 2n)
  const power = (x: bigint, e: bigint): bigint => {
    let result = 1n
    for (let base = x, rest = e; rest > 0n; rest >>= 1n, base = (base * base) % p) {
      if (rest & 1n) result = (result * base) % p
    }
    return result
  }
  const unscale = inverse(factor)

  /** Limbs of a sum of `count` tight elements, the extremes among them. */
  const sums = (count: number): fc.Arbitrary<number[]> => {
    const limb = (bound: number): fc.Arbitrary<number> =>
      fc.oneof(fc.constantFrom(-bound, bound, 0, 1, -1), fc.integer({ min: -bound, max: bound }))
    return fc
      .tuple(...Array.from({ length: LIMBS - 1 }, () => limb(count * TIGHT)), limb(count * topLimb))
      .map(limbs => [...limbs])
  }

  it.each([
    [1, 1],
    [1, 7],
    [2, 6],
    [3, 4],
    [4, 3],
    [6, 2],
  ])('multiplies sums of %i and %i tight elements', (k, m) => {
    fc.assert(
      fc.property(sums(k), sums(m), (a, b) => {
        write(0, a)
        write(1, b)
        run(`multiply${name}`, at(2), at(0), at(1))
        const result = read(2)
        expect(mod(value(result))).toBe(mod(value(a) * value(b) * unscale))
        expectTight(result)
      }),
      { numRuns: 300 },
    )
  })

  it('multiplies in place, and the largest limbs of either sign', () => {
    for (const sign of [1, -1]) {
      const limbs = [...Array<number>(LIMBS - 1).fill(3 * TIGHT * sign), 3 * topLimb * sign]
      const other = [...Array<number>(LIMBS - 1).fill(4 * TIGHT), 4 * topLimb]
      write(0, limbs)
      write(1, other)
      run(`multiply${name}`, at(0), at(0), at(1))
      expect(mod(value(read(0)))).toBe(mod(value(limbs) * value(other) * unscale))
    }
  })

  it('squares sums of three tight elements', () => {
    fc.assert(
      fc.property(sums(3), a => {
        write(0, a)
        run(`square${name}`, at(0), at(0))
        const result = read(0)
        expect(mod(value(result))).toBe(mod(value(a) ** 2n * unscale))
        expectTight(result)
      }),
      { numRuns: 300 },
    )
  })

  it('carries sums to tight elements', () => {
    fc.assert(
      fc.property(sums(3), fc.constantFrom(1, 3), (a, times) => {
        const scale = name === 'Sm2' ? times : 1
        write(0, a)
        run(`carry${name}`, at(1), at(0), BigInt(scale))
        const result = read(1)
        expect(mod(value(result))).toBe(mod(value(a) * BigInt(scale)))
        expectTight(result)
      }),
      { numRuns: 300 },
    )
  })

  it('encodes every representative of a number alike, those about multiples of p too', () => {
    const limbsOf = (x: bigint): number[] =>
      Array.from({ length: LIMBS }, (_, i) =>
        Number(i < LIMBS - 1 ? (x >> BigInt(29 * i)) & 0x1fffffffn : x >> 232n),
      )
    const near = [-2n, -1n, 0n, 1n].flatMap(multiple =>
      [-20n, -19n, -1n, 0n, 1n, 18n, 19n, 20n].map(offset => multiple * p + offset),
    )
    const check = (limbs: readonly number[]): void => {
      write(0, limbs)
      run(`toBytes${name}`, at(1), at(0))
      const found = isLittleEndian ? bytes(1).toReversed() : bytes(1)
      expect(BigInt(`0x${Buffer.from(found).toString('hex')}`)).toBe(mod(value(limbs) * unscale))
    }
    for (const x of near) check(limbsOf(x))
    fc.assert(fc.property(sums(3), check), { numRuns: 300 })
  })
})
