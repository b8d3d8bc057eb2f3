import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex } from '../bytes/index.ts'
import { type ErrorCode, MixunError } from '../errors/index.ts'
import type { Element, Group, Scalar } from '../group/index.ts'
import { expectCode } from './expect-code.ts'
import type { GroupCase } from './group-case.ts'
import { seededRandom } from './seeded-random.ts'

const LARGEST = 2n ** 256n - 1n

/** Scalars where windows, carries and reductions turn: about the order, powers of two, runs of one digit. */
function edgeScalars(order: bigint): bigint[] {
  // Within twice the largest digit of a window below the order, the last sums of a multiplication meet opposite terms.
  const near = [...Array.from({ length: 34 }, (_, i) => BigInt(i)), 255n, 256n]
  const powers = [28n, 29n, 30n, 58n, 128n, 251n, 252n, 253n, 254n, 255n].flatMap(bits => [
    2n ** bits - 1n,
    2n ** bits,
  ])
  const runs = [0x7n, 0x8n, 0xfn].flatMap(digit => [
    BigInt(`0x${digit.toString(16).repeat(62)}`),
    BigInt(`0x0${digit.toString(16).repeat(63)}`),
  ])
  return [...near, ...near.slice(1).map(value => order - value), order / 2n, ...powers, ...runs].filter(
    value => value < order,
  )
}

/** Tests that `group` gives the bytes and the errors of its reference. */
export function checkAgainstReference({
  group,
  reference,
  order,
  isLittleEndian,
  suspects,
}: GroupCase): void {
  const encode = (value: bigint): Uint8Array => {
    const big = Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
    return isLittleEndian ? big.toReversed() : big
  }
  /** Runs the same steps in both groups, each with its own handles. */
  const expectAgreement = (steps: (group: Group, scalar: (value: bigint) => Scalar) => unknown): void => {
    const run = (one: Group) => outcome(() => steps(one, value => one.decodeScalar(encode(value))))
    expect(run(group)).toEqual(run(reference))
  }
  const scalars = fc.bigInt({ min: 0n, max: order - 1n })
  const anyScalar = fc.oneof(scalars, fc.constantFrom(...edgeScalars(order)))
  const text = (one: Group, element: Element): string => toHex(one.encodeElement(element))
  const runs = { numRuns: 20 }

  it.each(edgeScalars(order))('multiplies by the edge scalar %i as the reference', value => {
    expectAgreement((one, scalar) => text(one, one.multiplyBase(scalar(value))))
    expectAgreement((one, scalar) =>
      text(one, one.multiply(one.hashToGroup(encode(7n), encode(1n)), scalar(value))),
    )
    expectAgreement((one, scalar) => {
      const q = one.hashToGroup(encode(8n), encode(1n))
      return text(one, one.combinePublic(one.generator(), scalar(value), q, scalar(order - 1n - value)))
    })
    expectAgreement((one, scalar) => toHex(one.encodeScalar(one.invertScalar(scalar(value)))))
  })

  it('multiplies, adds and combines as the reference', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), anyScalar, anyScalar, (message, a, b) => {
        expectAgreement((one, scalar) => {
          const p = one.hashToGroup(message, encode(2n))
          const q = one.multiply(p, scalar(a))
          const r = one.multiplyBase(scalar(b))
          const sums = [
            one.add(p, p),
            one.add(p, q),
            one.add(q, r),
            one.negate(q),
            one.add(r, one.negate(p)),
            one.combinePublic(p, scalar(a), r, scalar(b)),
          ]
          return [p, q, r, ...sums].map(element => text(one, element))
        })
      }),
      runs,
    )
  })

  it('calculates with scalars as the reference', () => {
    fc.assert(
      fc.property(anyScalar, anyScalar, (a, b) => {
        for (const name of ['addScalars', 'subtractScalars', 'multiplyScalars'] as const) {
          expectAgreement((one, scalar) => toHex(one.encodeScalar(one[name](scalar(a), scalar(b)))))
        }
        expectAgreement((one, scalar) => one.isZeroScalar(scalar(a)))
      }),
    )
  })

  it('hashes to elements and scalars as the reference', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (m, dst) => {
          expectAgreement(one => text(one, one.hashToGroup(m, dst)))
          expectAgreement(one => toHex(one.encodeScalar(one.hashToScalar(m, dst))))
        },
      ),
      runs,
    )
  })

  it('draws the same scalars from the same randomness', () => {
    expectAgreement(one => {
      const random = seededRandom('draw')
      return Array.from({ length: 20 }, () => toHex(one.encodeScalar(one.randomScalar(random))))
    })
  })

  it('decodes and refuses the same encodings: suspects, their neighbours and random bytes', () => {
    const random = seededRandom('suspects')
    const neighbours = suspects.flatMap(bytes => [
      ...[0, 7].map(bit => flip(bytes, 0, bit)),
      ...[0, 7].map(bit => flip(bytes, bytes.length - 1, bit)),
    ])
    const randoms = Array.from({ length: 60 }, (_, i) => {
      const bytes = random.bytes(group.elementBytes)
      return isLittleEndian ? bytes.with(0, (bytes[0] as number) & 0xfe) : bytes.with(0, 2 + (i % 2))
    })
    for (const bytes of [...suspects, ...neighbours, ...randoms]) {
      expectAgreement(one => text(one, one.decodeElement(bytes)))
    }
    for (const value of [order - 1n, order, order + 1n, 2n ** 255n, LARGEST - 1n, LARGEST]) {
      expectAgreement(one => toHex(one.encodeScalar(one.decodeScalar(encode(value)))))
    }
  })

  it('refuses a batch by zero, an empty one too', () => {
    for (const elements of [[], [group.generator()]]) {
      expectCode('ERR_INPUT_RANGE', () => group.multiplyBatch(elements, group.decodeScalar(encode(0n))))
    }
  })

  it.each([0, 1, 2, 3, 8, 9, 17])('multiplies and encodes batches of %i as one by one', count => {
    expectAgreement((one, scalar) => {
      const elements = Array.from({ length: count }, (_, i) => one.multiplyBase(scalar(BigInt(i + 1))))
      const batches = [
        one.multiplyBatch(elements, scalar(order - 2n)),
        one.multiplyBaseBatch(elements.map((_, i) => scalar(BigInt(i + 5)))),
        one.multiplyEach(
          one.multiplyBase(scalar(7n)),
          elements.map((_, i) => scalar(order - BigInt(i + 1))),
        ),
      ]
      return batches.map(batch => one.encodeElementBatch(batch).map(toHex))
    })
  })

  it.each([1, 63, 64, 65, 130])('encodes batches of %i with identities among them as one by one', count => {
    expectAgreement((one, scalar) => {
      const unit = one.multiplyBase(scalar(9n))
      const identity = one.add(unit, one.negate(unit))
      const elements = [one.generator()]
      while (elements.length < count) elements.push(one.add(elements.at(-1) as typeof unit, unit))
      const mixed = elements.map((element, i) => (i % 7 === 0 ? identity : element))
      const encoded = one.encodeElementBatch(mixed).map(toHex)
      expect(encoded).toEqual(mixed.map(element => toHex(one.encodeElement(element))))
      return encoded
    })
  })

  it('multiplies one element by each of many scalars as the reference', () => {
    expectAgreement((one, scalar) => {
      const scalars = edgeScalars(order)
        .filter(value => value % order !== 0n)
        .map(scalar)
      const element = one.hashToGroup(Uint8Array.of(1), Uint8Array.of(2))
      return one.encodeElementBatch(one.multiplyEach(element, scalars)).map(toHex)
    })
    const scalars = Array.from({ length: 400 }, (_, i) => group.decodeScalar(encode(order - BigInt(i + 1))))
    const each = group.multiplyEach(group.generator(), scalars)
    const expected = group.encodeElementBatch(group.multiplyBaseBatch(scalars)).map(toHex)
    expect(group.encodeElementBatch(each).map(toHex)).toEqual(expected)
  })

  it('refuses zero and the identity in each', () => {
    const [unit, zero] = [group.decodeScalar(encode(1n)), group.decodeScalar(encode(0n))]
    const identity = group.add(group.generator(), group.negate(group.generator()))
    expectCode('ERR_INPUT_RANGE', () => group.multiplyEach(group.generator(), [unit, zero]))
    expectCode('ERR_INPUT_RANGE', () => group.multiplyEach(identity, []))
  })

  it.each([1, 2, 3, 31, 32, 33, 65])('sums %i public multiples as the reference', count => {
    expectAgreement((one, scalar) => {
      const edges = edgeScalars(order)
      const scalars = Array.from({ length: count }, (_, i) => scalar(edges[i % edges.length] as bigint))
      const elements = scalars.map((_, i) => one.multiplyBase(scalar(BigInt(3 * i + 1))))
      return text(one, one.sumPublic(elements, scalars))
    })
  })

  it('refuses a sum of no term and of unequal numbers', () => {
    const unit = group.decodeScalar(encode(1n))
    expectCode('ERR_INPUT_LENGTH', () => group.sumPublic([], []))
    expectCode('ERR_INPUT_LENGTH', () => group.sumPublic([group.generator()], [unit, unit]))
  })

  it('takes batches of any size', () => {
    const scalar = group.decodeScalar(encode(order - 3n))
    for (const count of [70, 151, 311]) {
      const elements = Array.from({ length: count }, (_, i) =>
        i % 37 === 0 ? group.hashToGroup(Uint8Array.of(i % 256, i >> 8), encode(3n)) : group.generator(),
      )
      const batch = group.multiplyBatch(elements, scalar)
      const expected = text(group, group.multiplyBase(scalar))
      const encoded = group.encodeElementBatch(batch)
      expect(encoded).toHaveLength(count)
      for (const [i, bytes] of encoded.entries()) {
        const one = i % 37 === 0 ? text(group, group.multiply(elements[i] as Element, scalar)) : expected
        expect(toHex(bytes)).toBe(one)
      }
      const bases = group.multiplyBaseBatch(elements.map(() => scalar))
      expect(new Set(group.encodeElementBatch(bases).map(toHex))).toEqual(new Set([expected]))
    }
  })
}

/** A result, or the stable code of the refusal. */
function outcome(action: () => unknown): { readonly result: unknown } | { readonly refused: ErrorCode } {
  try {
    return { result: action() }
  } catch (error) {
    if (error instanceof MixunError) return { refused: error.code }
    throw error
  }
}

function flip(bytes: Uint8Array, index: number, bit: number): Uint8Array {
  return bytes.with(index, (bytes[index] as number) ^ (1 << bit))
}
