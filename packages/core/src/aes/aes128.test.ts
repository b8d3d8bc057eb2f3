import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { aes128Permutation, aes128Stream } from './index.ts'

// FIPS 197, appendix C.1.
const key = fromHex('000102030405060708090a0b0c0d0e0f')
const plaintext = fromHex('00112233445566778899aabbccddeeff')
const ciphertext = '69c4e0d86a7b0430d8cdb78070b4c55a'

describe('AES-128', () => {
  it('streams from a block on', () => {
    const key = fromHex('000102030405060708090a0b0c0d0e0f')
    const whole = toHex(aes128Stream(key)(64))
    expect(toHex(aes128Stream(key, 2)(32))).toBe(whole.slice(64))
    expect(toHex(aes128Permutation(key)(new Uint8Array(16)))).toBe(whole.slice(0, 32))
  })

  it('streams under a nonce, the upper half of the counter', () => {
    const nonce = fromHex('0102030405060708')
    const counter = concat(nonce, fromHex('0000000000000005'))
    expect(toHex(aes128Stream(key, 5, nonce)(16))).toBe(toHex(aes128Permutation(key)(counter)))
    expectCode('ERR_INPUT_LENGTH', () => aes128Stream(key, 5, nonce.subarray(1)))
  })

  it('is that of FIPS 197, block by block, call after call', () => {
    const encrypt = aes128Permutation(key)
    expect(toHex(encrypt(plaintext))).toBe(ciphertext)
    expect(toHex(encrypt(concat(plaintext, plaintext)))).toBe(ciphertext + ciphertext)
    expect(encrypt(new Uint8Array(0))).toHaveLength(0)
  })

  it('gives plain arrays that share no memory', () => {
    const encrypt = aes128Permutation(key)
    const first = encrypt(plaintext)
    encrypt(new Uint8Array(64))
    expect(toHex(first)).toBe(ciphertext)
    expect(Object.getPrototypeOf(first)).toBe(Uint8Array.prototype)
  })

  it('writes to memory that it is given, even over its input', () => {
    for (const blocks of [1, 3, 64, 513]) {
      const input = Uint8Array.from({ length: 16 * blocks }, (_, i) => i)
      const expected = toHex(aes128Permutation(key)(input))
      const around = new Uint8Array(16 * blocks + 32).fill(9)
      const inner = around.subarray(16, 16 * blocks + 16)
      inner.set(input)
      expect(aes128Permutation(key)(inner, inner)).toBe(inner)
      expect(toHex(inner)).toBe(expected)
      const stream = aes128Stream(key)
      expect(stream(inner.length, inner)).toBe(inner)
      expect(toHex(inner) + toHex(stream(40))).toBe(toHex(aes128Stream(key)(inner.length + 40)))
      expect([...around.subarray(0, 16), ...around.subarray(-16)].every(byte => byte === 9)).toBe(true)
      expectCode('ERR_INPUT_LENGTH', () => stream(15, inner))
      expectCode('ERR_INPUT_LENGTH', () => aes128Permutation(key)(input, around))
    }
  })

  it('takes whole blocks', () => {
    expectCode('ERR_INPUT_LENGTH', () => aes128Permutation(key)(new Uint8Array(15)))
  })

  it('has keys of 16 bytes: ERR_INPUT_LENGTH', () => {
    for (const length of [0, 15, 32]) {
      expectCode('ERR_INPUT_LENGTH', () => aes128Stream(new Uint8Array(length)))
      expectCode('ERR_INPUT_LENGTH', () => aes128Permutation(new Uint8Array(length)))
    }
  })
})
