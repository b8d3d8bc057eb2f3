/**
 * SM2 public-key encryption: GB/T 32918.4-2016 sections 6 and 7, encoded by GM/T 0009-2012 section 7.2.
 *
 *   encrypt  k random, C1 = k·G, (x, y) = k·P, t = KDF(x ‖ y, |M|), C2 = M ⊕ t, C3 = SM3(x ‖ M ‖ y)
 *   decrypt  (x, y) = d·C1, t = KDF(x ‖ y, |C2|), M = C2 ⊕ t, refuse unless C3 = SM3(x ‖ M ‖ y)
 *
 * C3 makes it hard to alter a ciphertext, but says nothing of who made it: sign what needs an author. The length of the
 * message shows.
 */
import { equalConstantTime, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { RandomSource } from '../random/index.ts'
import { decodeCiphertext, encodeCiphertext, type Sm2CiphertextForm } from './ciphertext-codec.ts'
import { sm2Kdf } from './kdf.ts'
import type { Sm2PrivateKey } from './private-key.ts'
import type { Sm2PublicKey } from './public-key.ts'
import { sm3 } from './sm3.ts'

/** Options of {@link sm2Encrypt} and {@link sm2Decrypt}; both sides have to use the same. */
export interface Sm2EncryptionOptions {
  /** `der` by GM/T 0009 unless `raw`, C1 ‖ C3 ‖ C2, is asked for. No form is ever guessed. */
  readonly form?: Sm2CiphertextForm
}

/**
 * @param message at least one byte; secret but for its length
 * @throws ERR_INPUT_LENGTH for an empty message
 */
export function sm2Encrypt(
  publicKey: Sm2PublicKey,
  message: Uint8Array,
  random: RandomSource,
  options: Sm2EncryptionOptions = {},
): Uint8Array {
  if (message.length === 0) fail('ERR_INPUT_LENGTH', 'expected a message of at least one byte')
  const { arithmetic, point } = publicKey
  for (;;) {
    const k = arithmetic.randomScalar(random)
    const c1 = arithmetic.encodeAffine(arithmetic.multiplyBase(k))
    const shared = arithmetic.encodeAffine(arithmetic.multiply(point, k))
    const stream = sm2Kdf(shared, message.length)
    try {
      // Step A5: a key stream of zeros would send the message itself.
      if (isZero(stream)) continue
      const c2 = xor(message, stream)
      const c3 = hashOf(shared, message)
      return encodeCiphertext({ c1, c2, c3 }, options.form ?? 'der')
    } finally {
      wipe(shared, stream)
    }
  }
}

/**
 * The message. Nothing of it leaves before C3 is checked.
 *
 * @throws ERR_VERIFY_CIPHERTEXT when the ciphertext is not one for this key; for bytes that can be none ERR_DECODE_DER,
 * ERR_DECODE_TRAILING, ERR_DECODE_LENGTH, and ERR_DECODE_ELEMENT unless C1 is a point of the curve other than infinity
 */
export function sm2Decrypt(
  key: Sm2PrivateKey,
  ciphertext: Uint8Array,
  options: Sm2EncryptionOptions = {},
): Uint8Array {
  const { arithmetic } = key.publicKey
  const { c1, c2, c3 } = decodeCiphertext(ciphertext, options.form ?? 'der')
  // Steps B1 and B2, before the key is touched; the cofactor is 1.
  const point = arithmetic.decodeAffine(c1)
  const shared = arithmetic.encodeAffine(key.multiply(point))
  const stream = sm2Kdf(shared, c2.length)
  const message = xor(c2, stream)
  // One answer to either failure of steps B4 and B6.
  const isGenuine = equalConstantTime(hashOf(shared, message), c3) && !isZero(stream)
  wipe(shared, stream)
  if (isGenuine) return message
  wipe(message)
  return fail('ERR_VERIFY_CIPHERTEXT', 'expected an SM2 ciphertext for this key')
}

/** SM3(x ‖ M ‖ y) of a shared point x ‖ y. */
function hashOf(shared: Uint8Array, message: Uint8Array): Uint8Array {
  return sm3(shared.subarray(0, 32), message, shared.subarray(32))
}

/** Without an early exit. */
function isZero(bytes: Uint8Array): boolean {
  return bytes.reduce((bits, byte) => bits | byte, 0) === 0
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, i) => byte ^ (right[i] as number))
}
