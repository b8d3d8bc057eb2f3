/**
 * SM4-GCM (RFC 8998, NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag, from SM4-CTR of the runtime and our own
 * GHASH, because Node before 26 and browsers have no native one. For interoperability; suite `sm` itself uses
 * `sm4SealCtrHmac`, whose tag commits to the key.
 */
import { concat, equalConstantTime, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { ghash, ghashKey } from './ghash.ts'
import { SM4_BLOCK_BYTES, SM4_KEY_BYTES, sm4Ctr, sm4EncryptBlocks } from './sm4.ts'

/** Bytes of a nonce of {@link sm4GcmSeal}. */
export const SM4_GCM_NONCE_BYTES = 12
/** Bytes that {@link sm4GcmSeal} adds. */
export const SM4_GCM_TAG_BYTES = 16

/**
 * Ciphertext ‖ tag: `plaintext.length + 16` bytes.
 *
 * @param key secret, 16 bytes; a nonce must never repeat under it
 * @param nonce 12 bytes, public
 * @throws ERR_INPUT_LENGTH
 */
export function sm4GcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const hashKey = checkedHashKey(key, nonce)
  // One run of the counter from J0 = nonce ‖ 1: its first block masks the tag, the others the data.
  const masked = sm4Ctr(key, firstCounter(nonce), concat(new Uint8Array(SM4_BLOCK_BYTES), plaintext))
  const ciphertext = masked.subarray(SM4_BLOCK_BYTES)
  const tag = tagOf(hashKey, masked, ciphertext, associatedData)
  const sealed = concat(ciphertext, tag)
  wipe(masked)
  return sealed
}

/**
 * Opens what {@link sm4GcmSeal} sealed. Decrypts nothing before the tag is checked.
 *
 * @throws ERR_INPUT_LENGTH, ERR_DECODE_LENGTH below 16 bytes, ERR_VERIFY_OPEN when key, nonce, associated data or
 * ciphertext do not belong together
 */
export function sm4GcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const split = sealed.length - SM4_GCM_TAG_BYTES
  if (split < 0) {
    fail('ERR_DECODE_LENGTH', `expected at least ${SM4_GCM_TAG_BYTES} bytes, found ${sealed.length}`)
  }
  const hashKey = checkedHashKey(key, nonce)
  const ciphertext = sealed.subarray(0, split)
  const mask = sm4EncryptBlocks(key, firstCounter(nonce))
  const tag = tagOf(hashKey, mask, ciphertext, associatedData)
  wipe(mask)
  if (!equalConstantTime(tag, sealed.subarray(split))) {
    fail('ERR_VERIFY_OPEN', 'expected an authentic ciphertext under this key and associated data')
  }
  return sm4Ctr(key, concat(nonce, Uint8Array.of(0, 0, 0, 2)), ciphertext)
}

function checkedHashKey(key: Uint8Array, nonce: Uint8Array): Uint32Array {
  if (key.length !== SM4_KEY_BYTES || nonce.length !== SM4_GCM_NONCE_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a key of ${SM4_KEY_BYTES} and a nonce of ${SM4_GCM_NONCE_BYTES} bytes`)
  }
  const h = sm4EncryptBlocks(key, new Uint8Array(SM4_BLOCK_BYTES))
  const expanded = ghashKey(h)
  wipe(h)
  return expanded
}

function firstCounter(nonce: Uint8Array): Uint8Array {
  return concat(nonce, Uint8Array.of(0, 0, 0, 1))
}

/** GHASH masked by the first 16 bytes of `mask`. */
function tagOf(
  hashKey: Uint32Array,
  mask: Uint8Array,
  ciphertext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  const digest = ghash(hashKey, associatedData, ciphertext)
  hashKey.fill(0)
  const tag = digest.map((byte, i) => byte ^ (mask[i] as number))
  wipe(digest)
  return tag
}
