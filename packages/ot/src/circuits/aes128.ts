import { fail } from '@mixun/core/errors'
import { aesSbox } from './aes-sbox.ts'
import { type Bit, type Bits, CircuitBuilder } from './builder.ts'
import type { Circuit } from './circuit.ts'
import { evaluateWords } from './evaluate.ts'

const ROUNDS = 10
const BLOCK_BITS = 128

/** Constants of {@link aes128}: the bits of eleven round keys. */
export const AES128_ROUND_KEY_BITS = (ROUNDS + 1) * BLOCK_BITS

/**
 * AES-128 (FIPS 197) of 128 bits with round keys that are constants: 5,120 AND gates, 32 for each of 160 S-boxes.
 *
 * @param roundKeys numbers of {@link AES128_ROUND_KEY_BITS} constants, as `aes128RoundKeys` orders their bits
 */
export function aes128(builder: CircuitBuilder, block: Bits, roundKeys: readonly number[]): Bit[] {
  const addKey = (state: Bits, round: number): Bit[] =>
    state.map((bit, i) => builder.flip(bit, roundKeys[round * BLOCK_BITS + i] as number))
  let state = addKey(block, 0)
  for (let round = 1; round <= ROUNDS; round++) {
    const substituted = shiftRows(bytesOf(state).map(byte => aesSbox(builder, byte)))
    state = addKey((round < ROUNDS ? mixColumns(builder, substituted) : substituted).flat(), round)
  }
  return state
}

/** The round keys of a key, 176 bytes. @param key secret, 16 bytes @throws ERR_INPUT_LENGTH */
export function aes128RoundKeys(key: Uint8Array): Uint8Array {
  if (key.length !== 16) fail('ERR_INPUT_LENGTH', `expected an AES-128 key of 16 bytes, found ${key.length}`)
  const keys = new Uint8Array(16 * (ROUNDS + 1))
  keys.set(key)
  let roundConstant = 1
  for (let at = 16; at < keys.length; at += 4) {
    let word: Uint8Array = keys.slice(at - 4, at)
    if (at % 16 === 0) {
      word = substituteBytes(
        Uint8Array.of(word[1] as number, word[2] as number, word[3] as number, word[0] as number),
      )
      word[0] = (word[0] as number) ^ roundConstant
      roundConstant = (roundConstant << 1) ^ (roundConstant & 0x80 ? 0x11b : 0)
    }
    for (let i = 0; i < 4; i++) keys[at + i] = (keys[at + i - 16] as number) ^ (word[i] as number)
  }
  return keys
}

const sbox = sboxCircuit()

/** SubBytes of up to 32 bytes by the circuit of the S-box: key schedules look nothing up in a table. */
function substituteBytes(bytes: Uint8Array): Uint8Array {
  const words = Array.from({ length: 8 }, (_, bit) =>
    bytes.reduce((word, byte, i) => word | (((byte >> bit) & 1) << i), 0),
  )
  const outputs = evaluateWords(sbox, words)
  return bytes.map((_, i) => outputs.reduce((byte, word, bit) => byte | (((word >>> i) & 1) << bit), 0))
}

/** The S-box by itself, for key schedules and tests. */
export function sboxCircuit(): Circuit {
  const builder = new CircuitBuilder()
  return builder.build('aes-sbox', aesSbox(builder, builder.input(8)))
}

function bytesOf(bits: Bits): Bit[][] {
  return Array.from({ length: bits.length / 8 }, (_, i) => bits.slice(8 * i, 8 * i + 8))
}

/** Byte r + 4·c of the state is that of row r, column c. */
function shiftRows(bytes: readonly Bit[][]): Bit[][] {
  return bytes.map((_, i) => bytes[(i + 4 * (i % 4)) % 16] as Bit[])
}

function mixColumns(builder: CircuitBuilder, bytes: readonly Bit[][]): Bit[][] {
  return bytes.map((byte, i) => {
    const column = i - (i % 4)
    const other = (offset: number) => bytes[column + ((i + offset) % 4)] as Bit[]
    const doubled = timesX(builder, builder.xorAll(byte, other(1)))
    return [doubled, other(1), other(2), other(3)].reduce((total, term) => builder.xorAll(total, term))
  })
}

/** Times x modulo x^8 + x^4 + x^3 + x + 1. */
function timesX(builder: CircuitBuilder, byte: Bits): Bit[] {
  const carry = byte[7] as Bit
  return byte.map((_, i) => {
    if (i === 0) return carry
    const shifted = byte[i - 1] as Bit
    return i === 1 || i === 3 || i === 4 ? builder.xor(shifted, carry) : shifted
  })
}
