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

/** Rows that are not in memory yet: whoever needs them says where they go. */
export interface RowSource {
  readonly count: number
  /** @param rows arrays of `count` rows; overwritten */
  derive(rows: OkvsRows): void
}

/** Keys whose rows are derived at once: what is between key and row stays in a core's cache. */
const PIECE = 8_192

/**
 * The row of each key (eprint 2023/903): a start, uniform over the columns that leave room for a band, and w
 * random bits. Both come from AES-128 under the seed as a Davies–Meyer hash, x ↦ E(x) ⊕ x: once over the key, and over the
 * result with a number in its last word for each of three blocks. In the ideal-cipher model rows of different keys
 * are independent, whatever the keys were chosen by, as long as they were chosen before the seed.
 *
 * @param keys {@link OKVS_KEY_BYTES} bytes each
 * @throws ERR_INPUT_LENGTH
 */
export function rowsOf(
  parameters: OkvsParameters,
  columns: number,
  seed: Uint8Array,
  keys: Uint8Array,
): RowSource {
  if (keys.length % OKVS_KEY_BYTES !== 0) {
    fail('ERR_INPUT_LENGTH', `expected keys of ${OKVS_KEY_BYTES} bytes, found ${keys.length} bytes`)
  }
  const count = keys.length / OKVS_KEY_BYTES
  const encrypt = aes128Permutation(seed)
  const range = columns - parameters.bandBits + 1
  return {
    count,
    derive({ starts, bands }) {
      for (let from = 0; from < count; from += PIECE) {
        const some = keys.subarray(OKVS_KEY_BYTES * from, OKVS_KEY_BYTES * (from + PIECE))
        const hashed = copyWords(encrypt(some))
        xorWords(hashed, viewWords(some))
        for (const block of [0, 1]) {
          fillBands(
            bands,
            from,
            KEY_WORDS * block,
            numbered(encrypt, hashed, block),
            parameters.bandBits / 32,
          )
        }
        fillStarts(starts, from, numbered(encrypt, hashed, 2), range)
      }
    },
  }
}

/** All rows of {@link rowsOf}, in arrays of their own. */
export function deriveRows(...given: Parameters<typeof rowsOf>): OkvsRows {
  const source = rowsOf(...given)
  const { count } = source
  const rows = { count, starts: new Uint32Array(count), bands: new Int32Array(count * BAND_WORDS) }
  source.derive(rows)
  return rows
}

/** Words `at` to `at` + 3 of the bands from row `from` on; none behind `bandWords`. */
function fillBands(bands: Int32Array, from: number, at: number, words: Int32Array, bandWords: number): void {
  const width = Math.max(0, Math.min(KEY_WORDS, bandWords - at))
  // Never an empty row: the paper's band may be all zero with probability 2^-w.
  const first = at === 0 ? 1 : 0
  let to = from * BAND_WORDS + at
  for (let word = 0; word < words.length; word += KEY_WORDS, to += BAND_WORDS) {
    bands[to] = width > 0 ? (words[word] as number) | first : 0
    bands[to + 1] = width > 1 ? (words[word + 1] as number) : 0
    bands[to + 2] = width > 2 ? (words[word + 2] as number) : 0
    bands[to + 3] = width > 3 ? (words[word + 3] as number) : 0
  }
}

function fillStarts(starts: Uint32Array, from: number, words: Int32Array, range: number): void {
  for (let row = 0; row < words.length / KEY_WORDS; row++) {
    const high = (words[row * KEY_WORDS] as number) >>> 0
    const low = (words[row * KEY_WORDS + 1] as number) >>> 11
    // 53 bits modulo at most 2^25 columns: 2^-28 from uniform.
    starts[from + row] = (high * 2 ** 21 + low) % range
  }
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
  const output = copyWords(encrypt(viewBytes(input)))
  xorWords(output, input)
  return output
}
