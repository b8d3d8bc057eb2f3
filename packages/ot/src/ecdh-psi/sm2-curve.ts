import { concat } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { type Element, sm2 } from '@mixun/core/group'
import { sm3 } from '@mixun/core/sm'
import type { PsiCurve } from './psi-curve.ts'

/** Even y (SEC 1): of the two points of an x-coordinate, the map takes this one. */
const EVEN_Y = Uint8Array.of(2)

/** Increments before the map gives up: half of all x-coordinates are of points, so 2^-128 at most. */
const MAX_INCREMENTS = 128

/** p of GB/T 32918.5. */
const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn

/**
 * SM2 with SM3 and Try-and-Increment (PPCA 9—2023, section 6.2.2 a; Icart, CRYPTO 2009, section 1): from the hash modulo
 * p, the first x-coordinate that is one of a point, with the even y. How many were tried shows in the time that a side
 * takes for its own items.
 */
export const sm2Curve: PsiCurve = {
  pointBytes: sm2.elementBytes,
  generateKey(random) {
    const secret = sm2.randomScalar(random)
    const multiplied = (points: readonly Element[]) =>
      points.length === 0 ? [] : sm2.encodeElementBatch(sm2.multiplyBatch(points, secret))
    return {
      encryptItems: items => multiplied(items.map(hashToPoint)),
      encryptPoints: points => multiplied(points.map(point => sm2.decodeElement(point))),
    }
  },
  // Big-endian: the lowest bytes come last.
  truncate: (point, bytes) => point.subarray(point.length - bytes),
}

/** Try-and-Increment, for tests beside {@link sm2Curve}. */
export function hashToPoint(item: Uint8Array): Element {
  let x = integerOf(sm3(item)) % P
  for (let increment = 0; increment < MAX_INCREMENTS; increment++) {
    const point = pointAt(x)
    if (point !== null) return point
    x = (x + 1n) % P
  }
  return fail('ERR_INPUT_RANGE', 'SM2: expected an item that maps to a point')
}

function pointAt(x: bigint): Element | null {
  try {
    return sm2.decodeElement(concat(EVEN_Y, bytesOf(x)))
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_DECODE_ELEMENT') return null
    throw error
  }
}

function integerOf(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn))
}
