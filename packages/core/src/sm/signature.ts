/**
 * SM2 signatures: GB/T 32918.2-2016 sections 6 and 7, encoded by GM/T 0009-2012 section 7.3.
 *
 *   sign    e = SM3(Z ‖ M), k random, (x, y) = k·G, r = e + x, s = (1 + d)^-1 · (k − r·d)   (modulo n)
 *   verify  t = r + s, (x, y) = s·G + t·P, accept if r = e + x                             (modulo n)
 *
 * k comes from the random source and must be uniform and fresh: a repeated or partly known k gives the key away. A
 * signature says who signed under which user id; both sides have to agree on that id.
 */
import { equalConstantTime, fromHex } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { type Scalar, SM2_CURVE, type Sm2Arithmetic } from '../group/index.ts'
import type { RandomSource } from '../random/index.ts'
import type { Sm2PrivateKey } from './private-key.ts'
import type { Sm2PublicKey } from './public-key.ts'
import {
  decodeSignature,
  encodeSignature,
  type Sm2SignatureForm,
  type Sm2SignatureValues,
} from './signature-codec.ts'
import { sm3 } from './sm3.ts'
import { SM2_DEFAULT_USER_ID, sm2UserDigest } from './user-id.ts'

/** Options of {@link sm2Sign} and {@link sm2Verify}; both sides have to use the same. */
export interface Sm2SignatureOptions {
  /** What Z names the signer; `1234567812345678` unless the parties agreed on another. At most 8,191 bytes. */
  readonly userId?: Uint8Array
  /** `der` by GM/T 0009 unless `raw`, r ‖ s of 64 bytes, is asked for. No form is ever guessed. */
  readonly form?: Sm2SignatureForm
}

/** @throws ERR_INPUT_LENGTH for a user id above 8,191 bytes */
export function sm2Sign(
  key: Sm2PrivateKey,
  message: Uint8Array,
  random: RandomSource,
  options: Sm2SignatureOptions = {},
): Uint8Array {
  const digest = messageDigest(key.publicKey, message, options)
  return encodeSignature(signDigest(key, digest, random), options.form ?? 'der')
}

/**
 * @throws ERR_VERIFY_SIGNATURE when the signature is not one of this key, user id and message; for bytes that can be no
 * signature ERR_DECODE_DER, ERR_DECODE_TRAILING, ERR_DECODE_LENGTH, and ERR_DECODE_SCALAR unless 1 ≤ r, s ≤ n − 1;
 * ERR_INPUT_LENGTH for a user id above 8,191 bytes
 */
export function sm2Verify(
  publicKey: Sm2PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: Sm2SignatureOptions = {},
): void {
  const values = decodeSignature(signature, options.form ?? 'der')
  verifyDigest(publicKey, messageDigest(publicKey, message, options), values)
}

/** Steps A3 to A6 over e = SM3(Z ‖ M), 32 bytes; not exported from the folder. */
export function signDigest(key: Sm2PrivateKey, digest: Uint8Array, random: RandomSource): Sm2SignatureValues {
  const { arithmetic } = key.publicKey
  for (;;) {
    const k = arithmetic.randomScalar(random)
    const r = challenge(arithmetic, digest, arithmetic.encodeAffine(arithmetic.multiplyBase(k)))
    // Step A5: r = 0 would make s independent of d, r + k = n would make s = −r.
    if (arithmetic.isZeroScalar(r) || arithmetic.isZeroScalar(arithmetic.addScalars(r, k))) continue
    const s = key.respond(k, r)
    // Step A6.
    if (arithmetic.isZeroScalar(s)) continue
    return { r: arithmetic.encodeScalar(r), s: arithmetic.encodeScalar(s) }
  }
}

/** Steps B1, B2 and B5 to B7 over e = SM3(Z ‖ M), 32 bytes; not exported from the folder. */
export function verifyDigest(publicKey: Sm2PublicKey, digest: Uint8Array, values: Sm2SignatureValues): void {
  const { arithmetic, point } = publicKey
  const r = nonZeroScalar(arithmetic, values.r)
  const s = nonZeroScalar(arithmetic, values.s)
  const t = arithmetic.addScalars(r, s)
  if (arithmetic.isZeroScalar(t)) refuse()
  const sum = arithmetic.encodeAffine(arithmetic.combinePublic(arithmetic.generator(), s, point, t))
  // Infinity has no x-coordinate; it encodes as zeros, which is no point of the curve.
  if (sum.every(byte => byte === 0)) refuse()
  const expected = arithmetic.encodeScalar(challenge(arithmetic, digest, sum))
  if (!equalConstantTime(expected, values.r)) refuse()
}

function messageDigest(
  publicKey: Sm2PublicKey,
  message: Uint8Array,
  options: Sm2SignatureOptions,
): Uint8Array {
  return sm3(sm2UserDigest(publicKey, options.userId ?? SM2_DEFAULT_USER_ID), message)
}

/** e + x modulo n, of public values: `coordinates` are x ‖ y. */
function challenge(arithmetic: Sm2Arithmetic, digest: Uint8Array, coordinates: Uint8Array): Scalar {
  return arithmetic.addScalars(reduce(arithmetic, digest), reduce(arithmetic, coordinates.subarray(0, 32)))
}

/** The scalar of 32 public bytes modulo n. */
function reduce(arithmetic: Sm2Arithmetic, bytes: Uint8Array): Scalar {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  if (value < SM2_CURVE.n) return arithmetic.decodeScalar(bytes)
  // 2^256 < 2·n: one subtraction reduces.
  const hex = (value - SM2_CURVE.n).toString(16).padStart(64, '0')
  return arithmetic.decodeScalar(fromHex(hex))
}

/** @throws ERR_DECODE_SCALAR unless 1 ≤ value ≤ n − 1 */
function nonZeroScalar(arithmetic: Sm2Arithmetic, bytes: Uint8Array): Scalar {
  const scalar = arithmetic.decodeScalar(bytes)
  if (arithmetic.isZeroScalar(scalar)) fail('ERR_DECODE_SCALAR', 'SM2: expected r and s from 1 to n - 1')
  return scalar
}

function refuse(): never {
  return fail('ERR_VERIFY_SIGNATURE', 'expected a valid SM2 signature of the named signer')
}
