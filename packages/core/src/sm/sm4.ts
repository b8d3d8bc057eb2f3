import { createCipheriv, createSecretKey } from 'node:crypto'
import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'

/** Bytes of an SM4 key. */
export const SM4_KEY_BYTES = 16

/** Bytes of an SM4 block. */
export const SM4_BLOCK_BYTES = 16

/**
 * SM4 (GB/T 32907-2016) in counter mode: encrypts and decrypts alike. The counter block starts at `counter` and counts
 * as one 128-bit integer; no two calls under one key may meet in a counter. Without authentication: use
 * `sm4SealCtrHmac` or `sm4GcmSeal` for data.
 *
 * @param key secret, 16 bytes
 * @param counter 16 bytes
 * @throws ERR_INPUT_LENGTH
 */
export function sm4Ctr(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length !== SM4_KEY_BYTES || counter.length !== SM4_BLOCK_BYTES) {
    fail('ERR_INPUT_LENGTH', 'expected an SM4 key and a counter of 16 bytes each')
  }
  // Node takes several times longer over raw bytes than over a key object made of them.
  const cipher = createCipheriv('sm4-ctr', createSecretKey(key), counter)
  return concat(cipher.update(data), cipher.final())
}

/**
 * One block of SM4, forwards.
 *
 * @param key secret, 16 bytes
 * @throws ERR_INPUT_LENGTH
 */
export function sm4EncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  if (key.length !== SM4_KEY_BYTES || block.length !== SM4_BLOCK_BYTES) {
    fail('ERR_INPUT_LENGTH', 'expected an SM4 key and a block of 16 bytes each')
  }
  const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false)
  return concat(cipher.update(block), cipher.final())
}
