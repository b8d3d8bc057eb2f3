import { runtime } from '#runtime'
import { fail } from '../errors/index.ts'

/** Bytes of a key and of a block. */
export const AES128_BYTES = 16

/** Bytes of the nonce of a stream. */
export const STREAM_NONCE_BYTES = 8

const NO_NONCE = new Uint8Array(STREAM_NONCE_BYTES)

/**
 * A permutation of blocks of 16 bytes, one by one: takes a multiple of 16 bytes and gives as many, in `out`, which may be
 * the same memory, or in a new array.
 */
export type Permutation = (blocks: Uint8Array, out?: Uint8Array) => Uint8Array

/** A stream: each call gives the next bytes, in `out`, which has as many, or in a new array. */
export type Stream = (bytes: number, out?: Uint8Array) => Uint8Array

/**
 * A pseudorandom stream: AES-128 in counter mode under `key`, from block `firstBlock` on; each call gives the next bytes.
 * Fast in pieces of some KiB, and then into memory of the caller's.
 *
 * @param key secret, 16 bytes; copied
 * @param nonce 8 bytes, public, zeros by default. Where many keys are used, another nonce for each group of them keeps who
 * tries keys from trying one against all groups
 * @throws ERR_INPUT_LENGTH, also from what is returned
 */
export function aes128Stream(key: Uint8Array, firstBlock = 0, nonce: Uint8Array = NO_NONCE): Stream {
  if (nonce.length !== STREAM_NONCE_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a nonce of ${STREAM_NONCE_BYTES} bytes, found ${nonce.length}`)
  }
  const next = runtime.startAes128Ctr(checkKey(key), firstBlock, nonce)
  return (bytes, out) => {
    if (out !== undefined) checkOut(out, bytes)
    return next(bytes, out)
  }
}

/**
 * AES-128 (FIPS 197) under a fixed key, of whole blocks one by one: a permutation for constructions in the ideal-cipher
 * model. Nothing is chained or authenticated, so it is no way to encrypt data.
 *
 * @param key 16 bytes; copied
 * @throws ERR_INPUT_LENGTH, also from what is returned
 */
export function aes128Permutation(key: Uint8Array): Permutation {
  const encrypt = runtime.aes128(checkKey(key))
  return (blocks, out) => {
    if (blocks.length % AES128_BYTES !== 0) {
      fail('ERR_INPUT_LENGTH', `expected blocks of ${AES128_BYTES} bytes, found ${blocks.length} bytes`)
    }
    if (out !== undefined) checkOut(out, blocks.length)
    return blocks.length === 0 ? (out ?? new Uint8Array(0)) : encrypt(blocks, out)
  }
}

function checkOut(out: Uint8Array, bytes: number): void {
  if (out.length !== bytes) fail('ERR_INPUT_LENGTH', `expected room for ${bytes} bytes, found ${out.length}`)
}

function checkKey(key: Uint8Array): Uint8Array {
  if (key.length !== AES128_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected a key of ${AES128_BYTES} bytes, found ${key.length}`)
  }
  return key
}
