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
