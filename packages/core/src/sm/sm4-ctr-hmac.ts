/**
 * SM4-CTR with HMAC-SM3, encrypt then MAC, the authenticated encryption of suite `sm`.
 *
 *   encryption key ‖ MAC key = HKDF-Expand(key, "mixun-sm4-ctr-hmac-sm3-1", 16 + 32)
 *   ciphertext = SM4-CTR(encryption key, nonce ‖ 0 (4 bytes), plaintext)
 *   tag = HMAC-SM3(MAC key, associated data ‖ nonce ‖ 0 (4) ‖ ciphertext ‖ |associated data| (8) ‖ |ciphertext| (8))
 *
 * The lengths in bytes stand at the end, the counter block has one length, so no two inputs give one MAC input. The
 * nonce fills the high 12 bytes of the counter block only: nonces that count up never meet in a keystream block. The
 * 32-byte tag commits to the key. No published construction fixes these bytes; the parts are GB/T 32907, GB/T 32905,
 * RFC 2104 and RFC 5869, the order of the MAC input is that of RFC 7518 section 5.2.2.1.
 */
import { concat, equalConstantTime, i2osp, utf8, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { SM3_BYTES, sm3HkdfExpand, sm3Hmac } from './sm3.ts'
import { SM4_KEY_BYTES, sm4Ctr } from './sm4.ts'

/** Bytes of a key of {@link sm4SealCtrHmac}, from which the keys of SM4 and HMAC are derived. */
export const CTR_HMAC_KEY_BYTES = 32
/** Bytes of a nonce of {@link sm4SealCtrHmac}. */
export const CTR_HMAC_NONCE_BYTES = 12
/** Bytes that {@link sm4SealCtrHmac} adds: the whole HMAC-SM3. */
export const CTR_HMAC_TAG_BYTES = SM3_BYTES

const INFO = utf8('mixun-sm4-ctr-hmac-sm3-1')

/**
 * Ciphertext ‖ tag: `plaintext.length + 32` bytes.
 *
 * @param key secret, 32 uniform bytes; a nonce must not repeat under it
 * @param nonce 12 bytes, public
 * @throws ERR_INPUT_LENGTH
 */
export function sm4SealCtrHmac(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const keys = deriveKeys(key, nonce)
  const counter = counterBlock(nonce)
  try {
    const ciphertext = sm4Ctr(keys.encryption, counter, plaintext)
    return concat(ciphertext, macOf(keys.mac, counter, ciphertext, associatedData))
  } finally {
    wipe(keys.both)
  }
}

/**
 * Opens what {@link sm4SealCtrHmac} sealed. Decrypts nothing before the tag is checked.
 *
 * @throws ERR_INPUT_LENGTH, ERR_DECODE_LENGTH below 32 bytes, ERR_VERIFY_OPEN when key, nonce, associated data or
 * ciphertext do not belong together
 */
export function sm4OpenCtrHmac(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const split = sealed.length - CTR_HMAC_TAG_BYTES
  if (split < 0) {
    fail('ERR_DECODE_LENGTH', `expected at least ${CTR_HMAC_TAG_BYTES} bytes, found ${sealed.length}`)
  }
  const keys = deriveKeys(key, nonce)
  const counter = counterBlock(nonce)
  const ciphertext = sealed.subarray(0, split)
  try {
    const tag = macOf(keys.mac, counter, ciphertext, associatedData)
    if (!equalConstantTime(tag, sealed.subarray(split))) {
      fail('ERR_VERIFY_OPEN', 'expected an authentic ciphertext under this key and associated data')
    }
    return sm4Ctr(keys.encryption, counter, ciphertext)
  } finally {
    wipe(keys.both)
  }
}

interface Keys {
  readonly both: Uint8Array
  readonly encryption: Uint8Array
  readonly mac: Uint8Array
}

function deriveKeys(key: Uint8Array, nonce: Uint8Array): Keys {
  if (key.length !== CTR_HMAC_KEY_BYTES || nonce.length !== CTR_HMAC_NONCE_BYTES) {
    fail(
      'ERR_INPUT_LENGTH',
      `expected a key of ${CTR_HMAC_KEY_BYTES} and a nonce of ${CTR_HMAC_NONCE_BYTES} bytes`,
    )
  }
  const both = sm3HkdfExpand(key, INFO, SM4_KEY_BYTES + SM3_BYTES)
  return { both, encryption: both.subarray(0, SM4_KEY_BYTES), mac: both.subarray(SM4_KEY_BYTES) }
}

function counterBlock(nonce: Uint8Array): Uint8Array {
  return concat(nonce, new Uint8Array(4))
}

function macOf(
  key: Uint8Array,
  counter: Uint8Array,
  ciphertext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const lengths = concat(i2osp(associatedData.length, 8), i2osp(ciphertext.length, 8))
  return sm3Hmac(key, associatedData, counter, ciphertext, lengths)
}
