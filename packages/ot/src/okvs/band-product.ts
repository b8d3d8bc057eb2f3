import { BAND_WORDS } from './rows.ts'

/** Columns of a store as words of 32 bits: `wordsPerColumn` words each, an even number. */
export interface Columns {
  readonly words: Int32Array
  readonly wordsPerColumn: number
}

/**
 * XORs into `target` at word `into` the columns that the band of `row` selects: `⊕ columns[start + j]` over its set bits
 * j. It goes from set bit to set bit: reading all columns under a mask took 2.5 times as long, and hid nothing, since
 * the start and with it the addresses follow from the key too.
 */
export function addBandProduct(
  target: Int32Array,
  into: number,
  columns: Columns,
  start: number,
  bands: Int32Array,
  row: number,
): void {
  const { words, wordsPerColumn: stride } = columns
  let offset = 0
  for (; offset + 4 <= stride; offset += 4) {
    addFourWords(target, into + offset, words, start * stride + offset, stride, bands, row * BAND_WORDS)
  }
  if (offset < stride) {
    addTwoWords(target, into + offset, words, start * stride + offset, stride, bands, row * BAND_WORDS)
  }
}

function addFourWords(
  target: Int32Array,
  into: number,
  words: Int32Array,
  from: number,
  stride: number,
  bands: Int32Array,
  first: number,
): void {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let word = 0; word < BAND_WORDS; word++) {
    const base = from + 32 * word * stride
    for (let bits = bands[first + word] as number; bits !== 0; bits &= bits - 1) {
      const at = base + (31 - Math.clz32(bits & -bits)) * stride
      a ^= words[at] as number
      b ^= words[at + 1] as number
      c ^= words[at + 2] as number
      d ^= words[at + 3] as number
    }
  }
  target[into] = (target[into] as number) ^ a
  target[into + 1] = (target[into + 1] as number) ^ b
  target[into + 2] = (target[into + 2] as number) ^ c
  target[into + 3] = (target[into + 3] as number) ^ d
}

function addTwoWords(
  target: Int32Array,
  into: number,
  words: Int32Array,
  from: number,
  stride: number,
  bands: Int32Array,
  first: number,
): void {
  let a = 0
  let b = 0
  for (let word = 0; word < BAND_WORDS; word++) {
    const base = from + 32 * word * stride
    for (let bits = bands[first + word] as number; bits !== 0; bits &= bits - 1) {
      const at = base + (31 - Math.clz32(bits & -bits)) * stride
      a ^= words[at] as number
      b ^= words[at + 1] as number
    }
  }
  target[into] = (target[into] as number) ^ a
  target[into + 1] = (target[into + 1] as number) ^ b
}
