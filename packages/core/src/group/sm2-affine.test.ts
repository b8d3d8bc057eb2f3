import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { SM2_CURVE, sm2, sm2Reference } from './index.ts'

const number = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const { p, n, Gx, Gy } = SM2_CURVE

describe.each([
  ['kernel', sm2],
  ['reference', sm2Reference],
] as const)('coordinates of SM2 points (%s)', (_name, group) => {
  it('are those of the reference, both ways', () => {
    const random = seededRandom('affine')
    for (let i = 0; i < 20; i++) {
      const scalar = random.bytes(32).with(0, 0)
      const expected = sm2Reference.encodeAffine(sm2Reference.multiplyBase(sm2Reference.decodeScalar(scalar)))
      const element = group.multiplyBase(group.decodeScalar(scalar))
      expect(toHex(group.encodeAffine(element))).toBe(toHex(expected))
      expect(group.equalElements(group.decodeAffine(expected), element)).toBe(true)
      expect(toHex(group.encodeElement(element))).toBe(
        `0${2 + ((expected[63] as number) & 1)}${toHex(expected.subarray(0, 32))}`,
      )
    }
  })

  it('of −G have the other y', () => {
    const negative = group.multiplyBase(group.decodeScalar(number(n - 1n)))
    expect(toHex(group.encodeAffine(negative))).toBe(toHex(concat(number(Gx), number(p - Gy))))
  })

  it('of the identity are zeros, and never come in', () => {
    const [one, minusOne] = [number(1n), number(n - 1n)].map(bytes => group.decodeScalar(bytes))
    const identity = group.combinePublic(
      group.generator(),
      one as NonNullable<typeof one>,
      group.generator(),
      minusOne as NonNullable<typeof one>,
    )
    expect(group.encodeAffine(identity)).toEqual(new Uint8Array(64))
    expectCode('ERR_DECODE_ELEMENT', () => group.decodeAffine(new Uint8Array(64)))
  })

  it.each([
    ['off the curve', number(Gx), number(Gy + 1n)],
    ['with x and y exchanged', number(Gy), number(Gx)],
    ['with x = 0 and no y', number(0n), number(1n)],
    ['with y not below p', number(Gx), number(2n ** 256n - 1n)],
    ['with x not below p', number(p + 1n), number(Gy)],
    ['of the largest integers', number(2n ** 256n - 1n), number(2n ** 256n - 1n)],
  ])('are refused %s', (_, x, y) => {
    expectCode('ERR_DECODE_ELEMENT', () => group.decodeAffine(concat(x, y)))
  })

  it('are refused at another length', () => {
    for (const length of [0, 63, 65]) {
      expectCode('ERR_DECODE_LENGTH', () => group.decodeAffine(new Uint8Array(length)))
    }
  })
})

describe('small x', () => {
  const outcome = (group: typeof sm2, bytes: Uint8Array): string => {
    try {
      return toHex(group.encodeElement(group.decodeElement(bytes)))
    } catch {
      return 'refused'
    }
  }
  const compressed = (x: bigint): Uint8Array => concat(Uint8Array.of(2), number(x))
  const xs = Array.from({ length: 40 }, (_, x) => BigInt(x))

  it('are points for both or for none', () => {
    const outcomes = xs.map(x => outcome(sm2, compressed(x)))
    expect(outcomes).toEqual(xs.map(x => outcome(sm2Reference, compressed(x))))
    expect(outcomes.filter(one => one !== 'refused').length).toBeGreaterThan(5)
  })

  it('are refused with p added, though they fit 32 bytes', () => {
    for (const x of xs) {
      expectCode('ERR_DECODE_ELEMENT', () => sm2.decodeElement(compressed(x + p)))
      expectCode('ERR_DECODE_ELEMENT', () => sm2Reference.decodeElement(compressed(x + p)))
    }
  })
})
