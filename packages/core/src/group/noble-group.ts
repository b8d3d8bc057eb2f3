import {
  type CurvePoint,
  type CurvePointCons,
  mulAddUnsafe,
  pippenger,
} from '@noble/curves/abstract/curve.js'
import { fail } from '../errors/index.ts'
import { MAX_SCALAR_DRAWS, type RandomSource, refuseSource } from '../random/index.ts'
import type { Element, Group, Scalar } from './group.ts'

/** The variable-time reference: a {@link Group} over a curve of @noble/curves (BigInt arithmetic). */
export interface NobleGroupOptions<P extends CurvePoint<bigint, P>> {
  readonly id: string
  readonly Point: CurvePointCons<P>
  readonly hasher: { hashToCurve(message: Uint8Array, options: { DST: Uint8Array }): P }
  readonly elementBytes: number
  readonly scalarBytes: number
  readonly scalarEndian: 'little' | 'big'
  /** RFC 9497 section 4: how HashToScalar derives an integer modulo the order. */
  readonly hashToScalar: (message: Uint8Array, dst: Uint8Array) => bigint
}

/** From so many terms on, buckets cost less than a table for each element. */
const PIPPENGER_TERMS = 256

export function nobleGroup<P extends CurvePoint<bigint, P>>(options: NobleGroupOptions<P>): Group {
  const { id, Point, hasher, elementBytes, scalarBytes } = options
  const Fn = Point.Fn
  const point = (element: Element): P => element as unknown as P
  const element = (value: P): Element => value as unknown as Element
  const integer = (scalar: Scalar): bigint => scalar as unknown as bigint
  const scalar = (value: bigint): Scalar => value as unknown as Scalar

  const nonZero = (value: bigint): bigint => {
    if (value === 0n) fail('ERR_INPUT_RANGE', `${id}: expected a non-zero scalar`)
    return value
  }
  const nonIdentity = (value: P): P => {
    if (value.is0()) fail('ERR_INPUT_RANGE', `${id}: expected an element other than the identity`)
    return value
  }

  const group: Group = {
    id,
    isVariableTime: true,
    elementBytes,
    scalarBytes,
    generator: () => element(Point.BASE),
    multiply: (p, a) => element(nonIdentity(point(p).multiply(nonZero(integer(a))))),
    multiplyBatch(elements, a) {
      nonZero(integer(a))
      return elements.map(p => group.multiply(p, a))
    },
    multiplyEach(p, scalars) {
      nonIdentity(point(p))
      return scalars.map(a => group.multiply(p, a))
    },
    multiplyBase: a => element(Point.BASE.multiply(nonZero(integer(a)))),
    multiplyBaseBatch: scalars => scalars.map(a => group.multiplyBase(a)),
    combinePublic: (p, a, q, b) => group.sumPublic([p, q], [a, b]),
    sumPublic(elements, scalars) {
      if (elements.length === 0 || scalars.length !== elements.length) {
        fail('ERR_INPUT_LENGTH', `${id}: expected as many scalars as elements, and at least one`)
      }
      const sum = elements.length < PIPPENGER_TERMS ? mulAddUnsafe : pippenger
      return element(sum(Point, elements.map(point), scalars.map(integer)))
    },
    add: (p, q) => element(point(p).add(point(q))),
    negate: p => element(point(p).negate()),
    equalElements: (p, q) => point(p).equals(point(q)),

    randomScalar(random: RandomSource) {
      // Rejection sampling from as many bits as the order has (RFC 9497 section 2.1, RandomScalar).
      const excess = 8 * scalarBytes - Fn.ORDER.toString(2).length
      for (let draw = 0; draw < MAX_SCALAR_DRAWS; draw++) {
        const bytes = random.bytes(scalarBytes)
        bytes[0] = (bytes[0] as number) & (0xff >>> excess)
        const value = bigEndian(bytes)
        bytes.fill(0)
        if (value !== 0n && value < Fn.ORDER) return scalar(value)
      }
      return refuseSource(id)
    },
    addScalars: (a, b) => scalar(Fn.add(integer(a), integer(b))),
    subtractScalars: (a, b) => scalar(Fn.sub(integer(a), integer(b))),
    multiplyScalars: (a, b) => scalar(Fn.mul(integer(a), integer(b))),
    invertScalar: a => scalar(Fn.inv(nonZero(integer(a)))),
    isZeroScalar: a => integer(a) === 0n,

    hashToGroup: (message, dst) => element(nonIdentity(hasher.hashToCurve(message, { DST: dst }))),
    hashToScalar: (message, dst) => scalar(options.hashToScalar(message, dst)),

    encodeElement: p => (point(p).is0() ? new Uint8Array(elementBytes) : Uint8Array.from(point(p).toBytes())),
    encodeElementBatch: elements => elements.map(p => group.encodeElement(p)),
    decodeElement(bytes) {
      if (bytes.length !== elementBytes) {
        fail(
          'ERR_DECODE_LENGTH',
          `${id}: expected an element of ${elementBytes} bytes, found ${bytes.length}`,
        )
      }
      const value = parse(id, () => Point.fromBytes(bytes))
      if (value.is0()) fail('ERR_DECODE_ELEMENT', `${id}: expected an element other than the identity`)
      return element(value)
    },
    encodeScalar(a) {
      const bytes = new Uint8Array(scalarBytes)
      let rest = integer(a)
      for (let i = 0; i < scalarBytes; i++, rest >>= 8n) {
        bytes[options.scalarEndian === 'little' ? i : scalarBytes - 1 - i] = Number(rest & 0xffn)
      }
      return bytes
    },
    decodeScalar(bytes) {
      if (bytes.length !== scalarBytes) {
        fail('ERR_DECODE_LENGTH', `${id}: expected a scalar of ${scalarBytes} bytes, found ${bytes.length}`)
      }
      const value = bigEndian(options.scalarEndian === 'little' ? Uint8Array.from(bytes).toReversed() : bytes)
      if (value >= Fn.ORDER) fail('ERR_DECODE_SCALAR', `${id}: expected a scalar below the group order`)
      return scalar(value)
    },
  }
  return group
}

function parse<T>(id: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    return fail('ERR_DECODE_ELEMENT', `${id}: expected the canonical encoding of a group element`, { cause })
  }
}

/** Integer of big-endian bytes. */
export function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
