import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { aes128Permutation, aes128Stream } from './index.ts'

describe('AES-128', () => {
  it('streams from a block on', () => {
    const key = fromHex('000102030405060708090a0b0c0d0e0f')
    const whole = toHex(aes128Stream(key)(64))
    expect(toHex(aes128Stream(key, 2)(32))).toBe(whole.slice(64))
    expect(toHex(aes128Permutation(key)(new Uint8Array(16)))).toBe(whole.slice(0, 32))
  })

  it('has keys of 16 bytes: ERR_INPUT_LENGTH', () => {
    for (const length of [0, 15, 32]) {
      expectCode('ERR_INPUT_LENGTH', () => aes128Stream(new Uint8Array(length)))
      expectCode('ERR_INPUT_LENGTH', () => aes128Permutation(new Uint8Array(length)))
    }
  })
})
