import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../bytes/index.ts'
import type { Element, Group, Scalar } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import { expectCode } from './expect-code.ts'
import type { GroupCase } from './group-case.ts'
import { checkAgainstReference } from './group-differential.ts'
import { seededRandom } from './seeded-random.ts'

/** What every {@link Group} does. Run it in a test file of the implementation, under vitest. */
export function groupCompliance(name: string, groupCase: GroupCase): void {
  const { group, order, isLittleEndian } = groupCase
  describe(`group ${name}`, () => {
    const encode = (value: bigint): Uint8Array => {
      const big = Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
      return isLittleEndian ? big.toReversed() : big
    }
    const scalar = (value: bigint): Scalar => group.decodeScalar(encode(value))
    const hex = (element: Element): string => toHex(group.encodeElement(element))
    const identity = group.combinePublic(group.generator(), scalar(1n), group.generator(), scalar(order - 1n))
    const scalars = fc.bigInt({ min: 1n, max: order - 1n })
    const runs = { numRuns: 25 }

    it('admits scalars from 0 to the order − 1', () => {
      for (const value of [0n, 1n, order - 1n]) {
        expect(group.encodeScalar(scalar(value))).toEqual(encode(value))
      }
      expect(group.isZeroScalar(scalar(0n))).toBe(true)
      expect(group.isZeroScalar(scalar(1n))).toBe(false)
      for (const value of [order, order + 1n, 2n ** 256n - 1n]) {
        expectCode('ERR_DECODE_SCALAR', () => scalar(value))
      }
    })

    it('refuses scalars and elements of another length', () => {
      for (const length of [0, group.scalarBytes - 1, group.scalarBytes + 1]) {
        expectCode('ERR_DECODE_LENGTH', () => group.decodeScalar(new Uint8Array(length)))
      }
      for (const length of [0, 1, group.elementBytes - 1, group.elementBytes + 1, 65]) {
        expectCode('ERR_DECODE_LENGTH', () => group.decodeElement(new Uint8Array(length)))
      }
    })

    it('lets the identity out as zeros, and never in', () => {
      expect(group.encodeElement(identity)).toEqual(new Uint8Array(group.elementBytes))
      expectCode('ERR_DECODE_ELEMENT', () => group.decodeElement(new Uint8Array(group.elementBytes)))
    })

    it('refuses to multiply by zero, to multiply the identity, and to invert zero', () => {
      expectCode('ERR_INPUT_RANGE', () => group.multiply(group.generator(), scalar(0n)))
      expectCode('ERR_INPUT_RANGE', () => group.multiplyBase(scalar(0n)))
      expectCode('ERR_INPUT_RANGE', () => group.multiply(identity, scalar(2n)))
      expectCode('ERR_INPUT_RANGE', () => group.invertScalar(scalar(0n)))
    })

    it('gives a broken random source up after 128 draws: ERR_RANDOM_SOURCE', () => {
      for (const byte of [0x00, 0xff]) {
        let draws = 0
        const broken: RandomSource = {
          bytes: length => {
            draws++
            return new Uint8Array(length).fill(byte)
          },
        }
        expectCode('ERR_RANDOM_SOURCE', () => group.randomScalar(broken))
        expect(draws).toBe(128)
      }
    })

    it('has the order of its definition: (n − 1)·G = −G', () => {
      const negative = group.multiplyBase(scalar(order - 1n))
      expect(group.equalElements(group.add(negative, group.generator()), identity)).toBe(true)
      expect(group.equalElements(negative, group.generator())).toBe(false)
      expect(group.equalElements(negative, group.negate(group.generator()))).toBe(true)
      expect(group.equalElements(group.negate(identity), identity)).toBe(true)
    })

    it('adds and multiplies scalars modulo the order', () => {
      fc.assert(
        fc.property(scalars, scalars, (a, b) => {
          const mod = (value: bigint) => toHex(encode(((value % order) + order) % order))
          const text = (value: Scalar) => toHex(group.encodeScalar(value))
          expect(text(group.addScalars(scalar(a), scalar(b)))).toBe(mod(a + b))
          expect(text(group.subtractScalars(scalar(a), scalar(b)))).toBe(mod(a - b))
          expect(text(group.multiplyScalars(scalar(a), scalar(b)))).toBe(mod(a * b))
          const inverse = group.invertScalar(scalar(a))
          expect(text(group.multiplyScalars(inverse, scalar(a)))).toBe(mod(1n))
        }),
      )
    })

    it('is homomorphic: a·G + b·G = (a + b)·G and a·(b·G) = (a·b)·G', () => {
      fc.assert(
        fc.property(scalars, scalars, (a, b) => {
          const [aG, bG] = [group.multiplyBase(scalar(a)), group.multiplyBase(scalar(b))]
          const sum = group.combinePublic(
            group.generator(),
            group.addScalars(scalar(a), scalar(b)),
            bG,
            scalar(0n),
          )
          expect(hex(group.add(aG, bG))).toBe(hex(sum))
          const product = group.multiplyBase(group.multiplyScalars(scalar(a), scalar(b)))
          expect(hex(group.multiply(bG, scalar(a)))).toBe(hex(product))
          const unblinded = group.multiply(group.multiply(bG, scalar(a)), group.invertScalar(scalar(a)))
          expect(hex(unblinded)).toBe(hex(bG))
        }),
        runs,
      )
    })

    it('combines public values as multiplication and addition do, zero and identity included', () => {
      fc.assert(
        fc.property(scalars, scalars, scalars, (k, a, b) => {
          const [p, q] = [group.generator(), group.multiplyBase(scalar(k))]
          const expected = group.add(group.multiply(p, scalar(a)), group.multiply(q, scalar(b)))
          expect(hex(group.combinePublic(p, scalar(a), q, scalar(b)))).toBe(hex(expected))
          expect(hex(group.combinePublic(p, scalar(a), q, scalar(0n)))).toBe(
            hex(group.multiplyBase(scalar(a))),
          )
        }),
        runs,
      )
      const nothing = group.combinePublic(group.generator(), scalar(0n), group.generator(), scalar(0n))
      expect(group.equalElements(nothing, identity)).toBe(true)
    })

    it.each([2, 255, 256, 300])('sums %i multiples of the generator to the sum of their products', count => {
      const random = seededRandom(`group-sum-${count}`)
      const factors = Array.from({ length: count }, () => group.randomScalar(random))
      const scalars = factors.map(() => group.randomScalar(random))
      const total = factors
        .map((factor, i) => group.multiplyScalars(factor, scalars[i] as Scalar))
        .reduce((sum, product) => group.addScalars(sum, product))
      expect(hex(group.sumPublic(group.multiplyBaseBatch(factors), scalars))).toBe(
        hex(group.multiplyBase(total)),
      )
    })

    it('decodes what it encodes, and only one form of it', () => {
      const random = seededRandom('group-encoding')
      for (let i = 0; i < 20; i++) {
        const element = group.multiplyBase(group.randomScalar(random))
        const bytes = group.encodeElement(element)
        expect(group.equalElements(group.decodeElement(bytes), element)).toBe(true)
      }
    })

    it('accepts of random bytes only what it would itself encode', () => {
      const random = seededRandom('group-fuzz')
      let accepted = 0
      for (let i = 0; i < 300; i++) {
        const bytes = random.bytes(group.elementBytes)
        if (!isLittleEndian) bytes[0] = 2 + (i % 2)
        const element = tryDecode(group, bytes)
        if (element === undefined) continue
        accepted++
        expect(group.encodeElement(element)).toEqual(bytes)
      }
      expect(accepted).toBeGreaterThan(0)
    })

    it('draws scalars by rejection, from as many bits as the order has', () => {
      const draws = [encodeBig(order), encodeBig(0n), new Uint8Array(32).fill(255), encodeBig(order - 1n)]
      const fixed: RandomSource = { bytes: () => draws.shift() as Uint8Array }
      expect(group.encodeScalar(group.randomScalar(fixed))).toEqual(encode(order - 1n))
      expect(draws).toHaveLength(0)
    })

    it('hashes to elements and scalars by message and domain', () => {
      const results = (['a', 'b'] as const).flatMap(message =>
        (['x', 'y'] as const).flatMap(dst => [
          hex(group.hashToGroup(utf8(message), utf8(dst))),
          toHex(group.encodeScalar(group.hashToScalar(utf8(message), utf8(dst)))),
        ]),
      )
      expect(new Set(results).size).toBe(results.length)
      expect(hex(group.hashToGroup(utf8('a'), utf8('x')))).toBe(results[0])
    })

    checkAgainstReference(groupCase)
  })
}

function encodeBig(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
}

function tryDecode(group: Group, bytes: Uint8Array): Element | undefined {
  try {
    return group.decodeElement(bytes)
  } catch (error) {
    expectCode('ERR_DECODE_ELEMENT', () => {
      throw error
    })
    return undefined
  }
}
