/**
 * A second implementation of the OPRF over Weierstrass curves, for tests only: written from RFC 9497 and RFC 9380 with
 * plain BigInt. It shares nothing with the package, so that vectors on which both agree are worth freezing.
 */
import {
  add,
  type CurveSuite,
  hashToGroup,
  hashToScalar,
  inverse,
  join,
  mod,
  multiply,
  type Point,
  serialize,
  toBytes,
} from './curve.ts'

/** RFC 9497 section 3.1 */
function contextString(suite: CurveSuite, mode: number): Uint8Array {
  return join('OPRFV1-', toBytes(mode, 1), '-', suite.identifier)
}

function generator({ gx, gy }: CurveSuite): Point {
  return [gx, gy]
}

function framed(...parts: readonly Uint8Array[]): Uint8Array {
  return join(...parts.flatMap(part => [toBytes(part.length, 2), part]))
}

export function groupDst(suite: CurveSuite, mode: number): Uint8Array {
  return join('HashToGroup-', contextString(suite, mode))
}

export function scalarOf(suite: CurveSuite, mode: number, message: Uint8Array): bigint {
  return hashToScalar(suite, message, join('HashToScalar-', contextString(suite, mode)))
}

/** Section 3.2.1 */
export function deriveKey(suite: CurveSuite, mode: number, seed: Uint8Array, info: Uint8Array): bigint {
  const dst = join('DeriveKeyPair', contextString(suite, mode))
  for (let counter = 0; counter < 256; counter++) {
    const key = hashToScalar(suite, join(seed, framed(info), toBytes(counter, 1)), dst)
    if (key !== 0n) return key
  }
  throw new Error('no key')
}

export function publicKeyOf(suite: CurveSuite, key: bigint): Point {
  return multiply(suite, key, generator(suite))
}

/** Section 3.3.1 */
export function blind(suite: CurveSuite, mode: number, input: Uint8Array, factor: bigint): Point {
  return multiply(suite, factor, hashToGroup(suite, input, groupDst(suite, mode)))
}

/** Section 3.3.1 */
export function finalize(suite: CurveSuite, input: Uint8Array, factor: bigint, evaluated: Point): Uint8Array {
  const unblinded = serialize(multiply(suite, inverse(factor, suite.n), evaluated))
  return suite.hash(join(framed(input, unblinded), 'Finalize'))
}

/** Section 2.2.1, GenerateProof with ComputeComposites (both sums, without the shortcut of who knows the key). */
export function prove(
  suite: CurveSuite,
  key: bigint,
  blinded: readonly Point[],
  evaluated: readonly Point[],
  r: bigint,
): Uint8Array {
  const publicKey = serialize(publicKeyOf(suite, key))
  const seed = suite.hash(framed(publicKey, join('Seed-', contextString(suite, 1))))
  let [m, z]: [Point, Point] = [null, null]
  blinded.forEach((c, i) => {
    const d = evaluated[i] as Point
    const transcript = join(framed(seed), toBytes(i, 2), framed(serialize(c), serialize(d)), 'Composite')
    const weight = scalarOf(suite, 1, transcript)
    m = add(suite, m, multiply(suite, weight, c))
    z = add(suite, z, multiply(suite, weight, d))
  })
  const t2 = multiply(suite, r, generator(suite))
  const t3 = multiply(suite, r, m)
  const challenge = scalarOf(
    suite,
    1,
    join(framed(publicKey, serialize(m), serialize(z), serialize(t2), serialize(t3)), 'Challenge'),
  )
  return join(toBytes(challenge, 32), toBytes(mod(r - challenge * key, suite.n), 32))
}
