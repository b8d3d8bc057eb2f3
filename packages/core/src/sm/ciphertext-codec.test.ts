import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../bytes/index.ts'
import { expectCode } from '../testing/index.ts'
import { decodeCiphertext, encodeCiphertext } from './ciphertext-codec.ts'

const decode = (hex: string) => decodeCiphertext(fromHex(hex), 'der')
const [x, y, c3, c2] = ['11'.repeat(32), '22'.repeat(32), '33'.repeat(32), '445566']
const parts = { c1: fromHex(x + y), c2: fromHex(c2), c3: fromHex(c3) }

describe('ciphertexts of GM/T 0009', () => {
  it('have one encoding', () => {
    const encoded = `306b0220${x}0220${y}0420${c3}0403${c2}`
    expect(toHex(encodeCiphertext(parts, 'der'))).toBe(encoded)
    expect(decode(encoded)).toEqual(parts)
    expect(decodeCiphertext(encodeCiphertext(parts, 'raw'), 'raw')).toEqual(parts)
  })

  it('carry coordinates with leading zeros and high bits as minimal integers', () => {
    const [low, high] = [`000001${'7f'.repeat(29)}`, 'f0'.repeat(32)]
    const edge = { ...parts, c1: fromHex(low + high) }
    const encoded = encodeCiphertext(edge, 'der')
    expect(toHex(encoded)).toContain(`021e01${'7f'.repeat(29)}022100${high}`)
    expect(decodeCiphertext(encoded, 'der')).toEqual(edge)
  })

  it.each([
    ['ERR_DECODE_TRAILING', 'bytes after the end', `306b0220${x}0220${y}0420${c3}0403${c2}00`],
    ['ERR_DECODE_TRAILING', 'a fifth element', `306e0220${x}0220${y}0420${c3}0403${c2}020100`],
    ['ERR_DECODE_DER', 'a non-minimal coordinate', `306c022100${x}0220${y}0420${c3}0403${c2}`],
    ['ERR_DECODE_DER', 'a negative coordinate', `306b0220${'91'.repeat(32)}0220${y}0420${c3}0403${c2}`],
    ['ERR_DECODE_DER', 'a non-minimal length', `30816b0220${x}0220${y}0420${c3}0403${c2}`],
    ['ERR_DECODE_DER', 'the hash as an integer', `306b0220${x}0220${y}0220${c3}0403${c2}`],
    [
      'ERR_DECODE_ELEMENT',
      'a coordinate of 33 bytes',
      `306c0221${'11'.repeat(33)}0220${y}0420${c3}0403${c2}`,
    ],
    ['ERR_DECODE_LENGTH', 'a short hash', `306a0220${x}0220${y}041f${c3.slice(2)}0403${c2}`],
    ['ERR_DECODE_LENGTH', 'no content', `30680220${x}0220${y}0420${c3}0400`],
    ['ERR_DECODE_LENGTH', 'a missing end', `306b0220${x}0220${y}0420${c3}0403${c2.slice(2)}`],
  ] as const)('are refused with %s: %s', (code, _, hex) => {
    expectCode(code, () => decode(hex))
  })

  it('are never read in the other form', () => {
    expectCode('ERR_DECODE_DER', () => decodeCiphertext(encodeCiphertext(parts, 'raw'), 'der'))
    expectCode('ERR_DECODE_ELEMENT', () => decodeCiphertext(encodeCiphertext(parts, 'der'), 'raw'))
    expectCode('ERR_DECODE_LENGTH', () => decodeCiphertext(concat(parts.c1, parts.c3), 'raw'))
  })
})
