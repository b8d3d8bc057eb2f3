import type { ErrorCode } from '@mixun/core/errors'
import { SM2_CURVE } from '@mixun/core/group'
import type { BaseOtParameters } from '../../base-ot/index.ts'

/** What a hostile side of base OT sends where an element is due, and what the honest side answers with. */
export interface HostileElement {
  readonly name: string
  readonly bytes: Uint8Array
  readonly code: ErrorCode
}

/** Encodings that stand for no element of the group, or for the one that may not be. */
export function hostileElements({ group }: BaseOtParameters): HostileElement[] {
  const bad = (name: string, bytes: Uint8Array): HostileElement => ({
    name,
    bytes,
    code: 'ERR_DECODE_ELEMENT',
  })
  const good = group.encodeElement(group.generator())
  const common = [
    bad('the identity', new Uint8Array(group.elementBytes)),
    bad('all ones', new Uint8Array(group.elementBytes).fill(0xff)),
    { name: 'no bytes', bytes: new Uint8Array(0), code: 'ERR_DECODE_LENGTH' as const },
    { name: 'too few bytes', bytes: good.slice(1), code: 'ERR_DECODE_LENGTH' as const },
  ]
  if (group.elementBytes === 32) {
    return [
      ...common,
      // RFC 9496 section A.3: a negative field element, and one that is no square.
      bad(
        'a negative encoding',
        good
          .map((byte, i) => (i === 0 ? byte | 1 : byte))
          .fill(0, 1)
          .fill(1, 0, 1),
      ),
      bad('p itself', Uint8Array.of(0xed, ...new Uint8Array(30).fill(0xff), 0x7f)),
    ]
  }
  return [
    ...common,
    bad('the point at infinity of SEC 1', new Uint8Array(group.elementBytes)),
    bad('a point of another curve', wrongCurvePoint(group.elementBytes)),
    bad('an unknown prefix', good.with(0, 5)),
  ]
}

/** The first x whose right-hand side is no square on the curve of SM2, found by Euler's criterion. */
function wrongCurvePoint(elementBytes: number): Uint8Array {
  const { p, a, b } = SM2_CURVE
  for (let x = 1n; ; x++) {
    const right = (x ** 3n + a * x + b) % p
    if (power(right, (p - 1n) / 2n, p) !== p - 1n) continue
    const bytes = new Uint8Array(elementBytes)
    bytes[0] = 2
    for (let i = elementBytes - 1, rest = x; i > 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
    return bytes
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest % 2n === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}
