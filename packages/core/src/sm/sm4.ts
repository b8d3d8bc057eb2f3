import { runtime } from '#runtime'
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
  return runtime.sm4Ctr(key, counter, data)
}

/**
 * SM4 forwards, of whole blocks one by one: a permutation. Nothing is chained, so it is no way to encrypt data.
 *
 * @param key secret, 16 bytes
 * @throws ERR_INPUT_LENGTH
 */
export function sm4EncryptBlocks(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  if (key.length !== SM4_KEY_BYTES || blocks.length % SM4_BLOCK_BYTES !== 0) {
    fail('ERR_INPUT_LENGTH', 'expected an SM4 key of 16 bytes and blocks of as many')
  }
  return runtime.sm4Blocks(key, blocks)
}
