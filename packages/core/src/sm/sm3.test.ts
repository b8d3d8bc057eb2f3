import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { sm3, sm3HkdfExpand, sm3Hmac } from './sm3.ts'
import { vectors } from './test-vectors.ts'

describe('SM3', () => {
  it.each(vectors.sm3)('hashes $message as GB/T 32905', ({ message, digest }) => {
    expect(toHex(sm3(fromHex(message)))).toBe(digest)
    const bytes = fromHex(message)
    expect(toHex(sm3(bytes.subarray(0, 1), new Uint8Array(0), bytes.subarray(1)))).toBe(digest)
  })

  // The construction of RFC 2104 over sm3, for keys below, at and above the block of 64 bytes.
  it.each([0, 1, 32, 63, 64, 65, 200])('HMAC is that of RFC 2104 with a key of %i bytes', keyBytes => {
    const key = new Uint8Array(keyBytes).map((_, i) => 7 * i + 1)
    const message = utf8('message')
    const block = new Uint8Array(64)
    block.set(keyBytes > 64 ? sm3(key) : key)
    const pad = (byte: number) => block.map(value => value ^ byte)
    const expected = sm3(pad(0x5c), sm3(pad(0x36), message))
    expect(toHex(sm3Hmac(key, message))).toBe(toHex(expected))
    expect(toHex(sm3Hmac(key, utf8('mess'), utf8('age')))).toBe(toHex(expected))
  })

  it('HKDF-Expand is that of RFC 5869, up to 255 blocks', () => {
    const [prk, info] = [sm3(utf8('prk')), utf8('info')]
    const first = sm3Hmac(prk, info, Uint8Array.of(1))
    const second = sm3Hmac(prk, first, info, Uint8Array.of(2))
    expect(toHex(sm3HkdfExpand(prk, info, 40))).toBe(toHex(first) + toHex(second.subarray(0, 8)))
    expect(sm3HkdfExpand(prk, info, 8_160)).toHaveLength(8_160)
    expectCode('ERR_INPUT_RANGE', () => sm3HkdfExpand(prk, info, 8_161))
  })
})
