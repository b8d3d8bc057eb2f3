/** A prime-order Weierstrass curve with p ≡ 3 (mod 4), and how one hashes to it. */
export interface CurveSuite {
  /** Name in the OPRF's context string. */
  readonly identifier: string
  readonly hashName: string
  readonly p: bigint
  readonly a: bigint
  readonly b: bigint
  readonly n: bigint
  readonly gx: bigint
  readonly gy: bigint
  /** Z of the simplified SWU map. */
  readonly z: bigint
  /** 32 bytes from blocks of 64. */
  readonly hash: (message: Uint8Array) => Uint8Array
}

/** Affine; null is the point at infinity. */
export type Point = readonly [bigint, bigint] | null

export function mod(value: bigint, m: bigint): bigint {
  const rest = value % m
  return rest < 0n ? rest + m : rest
}

/** By the extended algorithm of Euclid; 0 for 0, which is inv0 of RFC 9380 section 4. */
export function inverse(value: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, mod(value, m), 0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  return r0 === 1n ? mod(t0, m) : 0n
}

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % m
    if (bit === '1') result = (result * base) % m
  }
  return result
}

export function add({ p, a }: CurveSuite, left: Point, right: Point): Point {
  if (left === null) return right
  if (right === null) return left
  const [[x1, y1], [x2, y2]] = [left, right]
  if (x1 === x2 && mod(y1 + y2, p) === 0n) return null
  const slope = x1 === x2 ? (3n * x1 * x1 + a) * inverse(2n * y1, p) : (y2 - y1) * inverse(mod(x2 - x1, p), p)
  const x = mod(slope * slope - x1 - x2, p)
  return [x, mod(slope * (x1 - x) - y1, p)]
}

export function multiply(suite: CurveSuite, scalar: bigint, point: Point): Point {
  let result: Point = null
  for (const bit of scalar.toString(2)) {
    result = add(suite, result, result)
    if (bit === '1') result = add(suite, result, point)
  }
  return result
}

export function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => 256n * value + BigInt(byte), 0n)
}

/** I2OSP of RFC 8017. */
export function toBytes(value: bigint | number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = length - 1, rest = BigInt(value); i >= 0; i--, rest /= 256n) bytes[i] = Number(rest % 256n)
  return bytes
}

export function join(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(part => [...(typeof part === 'string' ? new TextEncoder().encode(part) : part)]),
  )
}

/** SEC 1 section 2.3.3, compressed. */
export function serialize(point: Point): Uint8Array {
  if (point === null) throw new Error('no infinity here')
  return join(toBytes(point[1] % 2n === 0n ? 2 : 3, 1), toBytes(point[0], 32))
}

/** RFC 9380 section 5.3.1, for tags of at most 255 bytes. */
function expandMessageXmd(suite: CurveSuite, message: Uint8Array, dst: Uint8Array, length: number) {
  const dstPrime = join(dst, toBytes(dst.length, 1))
  const b0 = suite.hash(join(new Uint8Array(64), message, toBytes(length, 2), toBytes(0, 1), dstPrime))
  let block = suite.hash(join(b0, toBytes(1, 1), dstPrime))
  let uniform = block
  for (let i = 2; uniform.length < length; i++) {
    const mixed = block.map((byte, k) => byte ^ (b0[k] as number))
    block = suite.hash(join(mixed, toBytes(i, 1), dstPrime))
    uniform = join(uniform, block)
  }
  return uniform.slice(0, length)
}

/** RFC 9380 section 5.2 with m = 1 and L = 48. */
function hashToField(suite: CurveSuite, message: Uint8Array, dst: Uint8Array, count: number, m: bigint) {
  const uniform = expandMessageXmd(suite, message, dst, 48 * count)
  return Array.from({ length: count }, (_, i) => mod(toInteger(uniform.slice(48 * i, 48 * i + 48)), m))
}

/** RFC 9380 section 6.6.2, by its definition, steps 1 to 9. */
export function simplifiedSwu(suite: CurveSuite, u: bigint): Point {
  const { p, a, b, z } = suite
  const g = (x: bigint) => mod(x * x * x + a * x + b, p)
  const isSquare = (value: bigint) => power(value, (p - 1n) / 2n, p) !== p - 1n
  const tv1 = inverse(mod(z * z * u ** 4n + z * u * u, p), p)
  let x1 = mod(-b * inverse(a, p) * (1n + tv1), p)
  if (tv1 === 0n) x1 = mod(b * inverse(mod(z * a, p), p), p)
  const x2 = mod(z * u * u * x1, p)
  const x = isSquare(g(x1)) ? x1 : x2
  const root = power(g(x), (p + 1n) / 4n, p)
  if ((root * root) % p !== g(x)) throw new Error('neither candidate is on the curve')
  const y = root % 2n === u % 2n ? root : p - root
  return [x, y]
}

/** hash_to_curve of RFC 9380 section 3; the cofactor is 1. */
export function hashToGroup(suite: CurveSuite, message: Uint8Array, dst: Uint8Array): Point {
  const [u0, u1] = hashToField(suite, message, dst, 2, suite.p) as [bigint, bigint]
  return add(suite, simplifiedSwu(suite, u0), simplifiedSwu(suite, u1))
}

export function hashToScalar(suite: CurveSuite, message: Uint8Array, dst: Uint8Array): bigint {
  return hashToField(suite, message, dst, 1, suite.n)[0] as bigint
}
