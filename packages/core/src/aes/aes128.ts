import { runtime } from '#runtime'
import { fail } from '../errors/index.ts'

/** Bytes of a key and of a block. */
export const AES128_BYTES = 16

/**
 * AES-128 (FIPS 197) forwards, as the permutation of a public or secret key: what correlation-robust hashes and
 * generators are built from. Blocks are not chained and nothing is authenticated, so it is no way to encrypt data.
 *
 * @param key 16 bytes; the schedule is made once
 * @returns takes a multiple of 16 bytes and gives as many, in a new array. @throws ERR_INPUT_LENGTH
 */
export function aes128Permutation(key: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  if (key.length !== AES128_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected an AES-128 key of 16 bytes, found ${key.length}`)
  }
  const encrypt = runtime.aes128(key)
  return blocks => {
    if (blocks.length % AES128_BYTES !== 0) {
      fail('ERR_INPUT_LENGTH', `expected blocks of 16 bytes, found ${blocks.length} bytes`)
    }
    return blocks.length === 0 ? new Uint8Array(0) : encrypt(blocks)
  }
}
