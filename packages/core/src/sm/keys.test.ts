import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import { Sm2PrivateKey } from './private-key.ts'
import { Sm2PublicKey } from './public-key.ts'
import { ANY_ARITHMETIC, arithmetics, bytes32, integer, N, P, privateKey, vectors } from './test-vectors.ts'

describe.each(arithmetics)('SM2 keys, $name', ({ arithmetic }) => {
  const random = seededRandom('sm2-keys')
  const key = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
  const decode = (bytes: Uint8Array) => Sm2PublicKey.decode(arithmetic, bytes)

  it.each(vectors.sm2sign)('are those of $source', vector => {
    const imported = Sm2PrivateKey.decode(arithmetic, fromHex(vector.d), ANY_ARITHMETIC)
    expect(toHex(imported.publicKey.encode('uncompressed'))).toBe(vector.publicKey)
    expect(toHex(imported.exportSecret())).toBe(vector.d)
  })

  it('are never infinity, however it was made', () => {
    const one = arithmetic.decodeScalar(bytes32(1n))
    const last = arithmetic.decodeScalar(bytes32(N - 1n))
    const infinity = arithmetic.combinePublic(key.publicKey.point, one, key.publicKey.point, last)
    expectCode('ERR_DECODE_ELEMENT', () => new Sm2PublicKey(arithmetic, infinity))
    expect(new Sm2PublicKey(arithmetic, key.publicKey.point).equals(key.publicKey)).toBe(true)
  })

  it('survive their encodings', () => {
    for (const form of ['compressed', 'uncompressed'] as const) {
      const encoded = key.publicKey.encode(form)
      expect(encoded).toHaveLength(form === 'compressed' ? 33 : 65)
      expect(decode(encoded).equals(key.publicKey)).toBe(true)
    }
    const restored = Sm2PrivateKey.decode(arithmetic, key.exportSecret(), ANY_ARITHMETIC)
    expect(restored.publicKey.equals(key.publicKey)).toBe(true)
    const other = Sm2PrivateKey.generate(arithmetic, random, ANY_ARITHMETIC)
    expect(other.publicKey.equals(key.publicKey)).toBe(false)
  })

  it('have private keys from 1 to n − 2', () => {
    for (const d of [1n, 2n, N - 2n]) privateKey(arithmetic, d)
    for (const d of [0n, N - 1n, N, N + 1n, 2n ** 256n - 1n]) {
      expectCode('ERR_KEY_RANGE', () => privateKey(arithmetic, d))
    }
    for (const length of [0, 31, 33]) {
      expectCode('ERR_INPUT_LENGTH', () =>
        Sm2PrivateKey.decode(arithmetic, new Uint8Array(length), ANY_ARITHMETIC),
      )
    }
  })

  it('never name the secret in the error that refuses it', () => {
    const error = expectCode('ERR_KEY_RANGE', () => privateKey(arithmetic, N + 5n))
    expect(inspect(error)).not.toContain((N + 5n).toString())
    expect(error.cause).toBeUndefined()
  })

  it('have public keys on the curve, in one of two forms', () => {
    const point = key.publicKey.encode('uncompressed')
    const [x, y] = [integer(point.subarray(1, 33)), integer(point.subarray(33))]
    const four = Uint8Array.of(4)
    const refused = {
      'a point beside the curve': concat(four, bytes32(x), bytes32(y ^ 1n)),
      'swapped coordinates': concat(four, bytes32(y), bytes32(x)),
      'zeros, which stand for infinity': new Uint8Array(65).with(0, 4),
      'the hybrid form': point.with(0, 6 + Number(y & 1n)),
      'no first byte': point.with(0, 0),
      'x = p': concat(four, bytes32(P), bytes32(y)),
      'compressed, x of no point': concat(Uint8Array.of(2), bytes32(offCurveX())),
      'compressed, x = p': concat(Uint8Array.of(2), bytes32(P)),
      'compressed, infinity': new Uint8Array(33),
      'compressed, first byte 4': concat(four, bytes32(x)),
    }
    for (const bytes of Object.values(refused)) expectCode('ERR_DECODE_ELEMENT', () => decode(bytes))
    for (const length of [0, 1, 32, 34, 64, 66]) {
      expectCode('ERR_DECODE_LENGTH', () => decode(new Uint8Array(length)))
    }
    expectCode('ERR_DECODE_LENGTH', () => arithmetic.decodeAffine(new Uint8Array(63)))
  })

  it('refuse coordinates that are not reduced, also where the reduced ones are on the curve', () => {
    const small = smallX()
    const reduced = decode(concat(Uint8Array.of(2), bytes32(small))).encode('uncompressed')
    const wrapped = concat(Uint8Array.of(4), bytes32(small + P), reduced.subarray(33))
    expectCode('ERR_DECODE_ELEMENT', () => decode(wrapped))
    expectCode('ERR_DECODE_ELEMENT', () => decode(concat(Uint8Array.of(2), bytes32(small + P))))
  })

  it('let infinity out as zeros', () => {
    const minusOne = arithmetic.decodeScalar(bytes32(N - 1n))
    const infinity = arithmetic.add(arithmetic.multiplyBase(minusOne), arithmetic.generator())
    expect(arithmetic.encodeAffine(infinity)).toEqual(new Uint8Array(64))
  })

  it('keep the secret out of what is printed', () => {
    const secret = toHex(key.exportSecret())
    for (const printed of [inspect(key, { depth: 9 }), JSON.stringify(Object.keys(key)), String(key)]) {
      expect(printed).not.toContain(secret)
      expect(printed).not.toContain(BigInt(`0x${secret}`).toString())
    }
  })
})

const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n

function isSquareAt(x: bigint): boolean {
  const value = (x ** 3n - 3n * x + B) % P
  let [result, base, exponent] = [1n, value, (P - 1n) / 2n]
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P
    base = (base * base) % P
  }
  return result === 1n
}

/** The smallest x ≥ 1 of no point. */
function offCurveX(): bigint {
  for (let x = 1n; ; x++) if (!isSquareAt(x)) return x
}

/** The smallest x ≥ 1 of a point: x + p still fits 32 bytes. */
function smallX(): bigint {
  for (let x = 1n; ; x++) if (isSquareAt(x)) return x
}
