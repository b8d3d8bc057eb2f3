import { fail } from '@mixun/core/errors'
import { bitsOfBytes, bytesOfBits } from './bits.ts'
import { type Bit, type Bits, CircuitBuilder } from './builder.ts'
import type { Circuit } from './circuit.ts'
import { evaluateBits } from './evaluate.ts'
import { sm4Sbox } from './sm4-sbox.ts'

const ROUNDS = 32
const WORD_BITS = 32

/** Constants of {@link sm4}: the bits of 32 round keys of 32 bits. */
export const SM4_ROUND_KEY_BITS = ROUNDS * WORD_BITS

// GB/T 32907-2016, section 7.3.
const FAMILY_KEY = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc]

/**
 * SM4 (GB/T 32907-2016) of 128 bits with round keys that are constants: 4,096 AND gates, 32 for each of 128 S-boxes.
 *
 * @param roundKeys numbers of {@link SM4_ROUND_KEY_BITS} constants, as `sm4RoundKeys` orders their bits
 */
export function sm4(builder: CircuitBuilder, block: Bits, roundKeys: readonly number[]): Bit[] {
  const words = Array.from({ length: 4 }, (_, i) => bigEndianWord(block, i))
  for (let round = 0; round < ROUNDS; round++) {
    const [first, ...others] = words.slice(round) as [Bit[], ...Bit[][]]
    const mixed = others.reduce((sum, word) => builder.xorAll(sum, word))
    const key = bigEndianWord(roundKeys, round)
    const keyed = mixed.map((bit, i) => builder.flip(bit, key[i] as number))
    words.push(builder.xorAll(first, spread(builder, substitute(builder, keyed), [2, 10, 18, 24])))
  }
  // A word turned around once is turned back by turning it again.
  return words
    .slice(-4)
    .toReversed()
    .flatMap(word => bigEndianWord(word, 0))
}

/** The round keys of a key, 128 bytes: 32 big-endian words. @param key secret, 16 bytes @throws ERR_INPUT_LENGTH */
export function sm4RoundKeys(key: Uint8Array): Uint8Array {
  if (key.length !== 16) fail('ERR_INPUT_LENGTH', `expected an SM4 key of 16 bytes, found ${key.length}`)
  const view = new DataView(key.buffer, key.byteOffset, key.length)
  const words = FAMILY_KEY.map((word, i) => (word ^ view.getUint32(4 * i)) >>> 0)
  const keys = new Uint8Array(4 * ROUNDS)
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second, third, fourth] = words.slice(round) as [number, number, number, number]
    const word = (first ^ scheduleStep(second ^ third ^ fourth ^ systemParameter(round))) >>> 0
    words.push(word)
    new DataView(keys.buffer).setUint32(4 * round, word)
  }
  return keys
}

/** CK of a round: byte j is 7·(4i + j) mod 256. */
function systemParameter(round: number): number {
  return [0, 1, 2, 3].reduce((word, j) => (word << 8) | ((7 * (4 * round + j)) & 0xff), 0)
}

const schedule = scheduleCircuit()

/** T′ of the key schedule through its circuit: nothing is looked up in a table. */
function scheduleStep(word: number): number {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, word >>> 0)
  return new DataView(bytesOfBits(evaluateBits(schedule, bitsOfBytes(bytes))).buffer).getUint32(0)
}

function scheduleCircuit(): Circuit {
  const builder = new CircuitBuilder()
  const word = bigEndianWord(builder.input(WORD_BITS), 0)
  return builder.build('sm4-schedule', bigEndianWord(spread(builder, substitute(builder, word), [13, 23]), 0))
}

function substitute(builder: CircuitBuilder, word: Bits): Bit[] {
  return [0, 8, 16, 24].flatMap(at => sm4Sbox(builder, word.slice(at, at + 8)))
}

/** A word XOR itself rotated to the left by each number of bits. */
function spread(builder: CircuitBuilder, word: Bits, rotations: readonly number[]): Bit[] {
  return rotations.reduce<Bit[]>(
    (sum, by) =>
      builder.xorAll(
        sum,
        word.map((_, i) => word[(i - by + WORD_BITS) % WORD_BITS] as Bit),
      ),
    [...word],
  )
}

/** Word `index` of big-endian bytes, lowest bit first; applied to such a word, its bytes again. */
function bigEndianWord<T>(bits: readonly T[], index: number): T[] {
  const bytes = [3, 2, 1, 0].map(byte => WORD_BITS * index + 8 * byte)
  return bytes.flatMap(at => bits.slice(at, at + 8))
}
