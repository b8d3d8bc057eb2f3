import { aes128Permutation } from '@mixun/core/aes'
import { fail } from '@mixun/core/errors'
import { copyWords, viewBytes, viewWords, xorWords } from '../blocks/words.ts'
import { OKVS_KEY_BYTES, type OkvsParameters } from './params.ts'

/** 32-bit words of a band in memory. */
export const BAND_WORDS = 8

const KEY_WORDS = OKVS_KEY_BYTES / 4

/** The rows of the linear system that a store solves: row i has `bands[i]` from column `starts[i]` on. */
export interface OkvsRows {
  readonly count: number
  /** First column of each band; bit 0 of the band lies there. */
  readonly starts: Uint32Array
  /** {@link BAND_WORDS} words a row, bit j of the band in bit j mod 32 of word j div 32; bit 0 is always set. */
  readonly bands: Int32Array
}

/**
 * The row of each key (eprint 2023/903): a start, uniform over the columns that leave room for a band, and w
 * random bits. Both come from AES-128 under the seed as a Davies–Meyer hash, x ↦ E(x) ⊕ x: once over the key, and over the
 * result with a number in its last word for each of three blocks. In the ideal-cipher model rows of different keys
 * are independent, whatever the keys were chosen by, as long as they were chosen before the seed.
 *
 * @param keys {@link OKVS_KEY_BYTES} bytes each
 * @throws ERR_INPUT_LENGTH
 */
export function deriveRows(
  parameters: OkvsParameters,
  columns: number,
  seed: Uint8Array,
  keys: Uint8Array,
): OkvsRows {
  if (keys.length % OKVS_KEY_BYTES !== 0) {
    fail('ERR_INPUT_LENGTH', `expected keys of ${OKVS_KEY_BYTES} bytes, found ${keys.length} bytes`)
  }
  const count = keys.length / OKVS_KEY_BYTES
  const encrypt = aes128Permutation(seed)
  const hashed = copyWords(encrypt(keys))
  xorWords(hashed, viewWords(keys))
  const range = columns - parameters.bandBits + 1
  const starts = new Uint32Array(count)
  const bands = new Int32Array(count * BAND_WORDS)
  const bandWords = parameters.bandBits / 32
  for (const [block, from] of [
    [0, 0],
    [1, KEY_WORDS],
  ] as const) {
    const part = numbered(encrypt, hashed, block)
    for (let row = 0; row < count; row++) {
      for (let word = from; word < Math.min(from + KEY_WORDS, bandWords); word++) {
        bands[row * BAND_WORDS + word] = part[row * KEY_WORDS + word - from] as number
      }
      // Never an empty row: the paper's band may be all zero with probability 2^-w.
      if (block === 0) bands[row * BAND_WORDS] = (bands[row * BAND_WORDS] as number) | 1
    }
  }
  const part = numbered(encrypt, hashed, 2)
  for (let row = 0; row < count; row++) {
    const high = (part[row * KEY_WORDS] as number) >>> 0
    const low = (part[row * KEY_WORDS + 1] as number) >>> 11
    // 53 bits modulo at most 2^25 columns: 2^-28 from uniform.
    starts[row] = (high * 2 ** 21 + low) % range
  }
  return { count, starts, bands }
}

/** E(h ⊕ number) ⊕ h ⊕ number of every block h. */
function numbered(
  encrypt: (blocks: Uint8Array) => Uint8Array,
  hashed: Int32Array,
  number: number,
): Int32Array {
  const input = hashed.slice()
  for (let last = KEY_WORDS - 1; last < input.length; last += KEY_WORDS) {
    input[last] = (input[last] as number) ^ number
  }
  const output = viewWords(encrypt(viewBytes(input)))
  xorWords(output, input)
  return output
}
