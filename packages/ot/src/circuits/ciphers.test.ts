import { createCipheriv } from 'node:crypto'
import { concat, fromHex, toHex } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { AES128_ROUND_KEY_BITS, aes128, aes128RoundKeys, sboxCircuit } from './aes128.ts'
import { bitsOfBytes, bytesOfBits } from './bits.ts'
import { type Bits, CircuitBuilder } from './builder.ts'
import { andCount, type Circuit, checkCircuit, GateKind } from './circuit.ts'
import { evaluateBits } from './evaluate.ts'
import { SM4_ROUND_KEY_BITS, sm4, sm4RoundKeys } from './sm4.ts'
import { sm4Sbox } from './sm4-sbox.ts'

function circuitOf(
  name: string,
  bits: number,
  cipher: (builder: CircuitBuilder, block: Bits, keys: readonly number[]) => Bits,
): Circuit {
  const builder = new CircuitBuilder()
  const block = builder.input(128)
  return builder.build(name, cipher(builder, block, builder.constants(bits)))
}

/** S-box by its definition: the inverse by search in the field of `modulus`, and an affine map of bits. */
function fieldInverse(x: number, modulus: number): number {
  for (let y = 1; y < 256; y++) {
    let product = 0
    for (let i = 0; i < 8; i++) if ((y >> i) & 1) product ^= x << i
    for (let i = 14; i >= 8; i--) if ((product >> i) & 1) product ^= modulus << (i - 8)
    if (product === 1) return y
  }
  return 0
}

describe('the S-box of AES', () => {
  const circuit = checkCircuit(sboxCircuit())

  it('has 32 AND gates', () => {
    expect(andCount(circuit)).toBe(32)
    expect(circuit.kinds.filter(kind => kind === GateKind.xor)).toHaveLength(83)
  })

  it('is that of FIPS 197 at every byte', () => {
    for (let x = 0; x < 256; x++) {
      const y = fieldInverse(x, 0x11b)
      const rotated = (by: number) => ((y << by) | (y >> (8 - by))) & 0xff
      const expected = y ^ rotated(1) ^ rotated(2) ^ rotated(3) ^ rotated(4) ^ 0x63
      expect(bytesOfBits(evaluateBits(circuit, bitsOfBytes(Uint8Array.of(x))))[0]).toBe(expected)
    }
  })
})

describe.each([
  {
    name: 'aes-128-ecb',
    bits: AES128_ROUND_KEY_BITS,
    cipher: aes128,
    roundKeys: aes128RoundKeys,
    ands: 5_120,
  },
  { name: 'sm4-ecb', bits: SM4_ROUND_KEY_BITS, cipher: sm4, roundKeys: sm4RoundKeys, ands: 4_096 },
])('the circuit of $name', ({ name, bits, cipher, roundKeys, ands }) => {
  const circuit = checkCircuit(circuitOf(name, bits, cipher))

  it('costs the AND gates of its S-boxes and no other', () => {
    expect(andCount(circuit)).toBe(ands)
    expect(circuit.constants).toBe(bits)
  })

  it('encrypts as node:crypto', () => {
    const random = seededRandom(name)
    for (let run = 0; run < 20; run++) {
      const [key, block] = [random.bytes(16), random.bytes(16)]
      const reference = createCipheriv(name, key, null).setAutoPadding(false)
      const expected = concat(reference.update(block), reference.final())
      const actual = bytesOfBits(evaluateBits(circuit, bitsOfBytes(block), bitsOfBytes(roundKeys(key))))
      expect(toHex(actual)).toBe(toHex(expected))
    }
  })

  it('takes a key of 16 bytes', () => {
    expectCode('ERR_INPUT_LENGTH', () => roundKeys(new Uint8Array(15)))
  })
})

describe('published vectors', () => {
  const encrypt = (circuit: Circuit, keys: Uint8Array, block: Uint8Array) =>
    toHex(bytesOfBits(evaluateBits(circuit, bitsOfBytes(block), bitsOfBytes(keys))))

  it('FIPS 197, appendices A.1 and C.1', () => {
    const keys = aes128RoundKeys(fromHex('2b7e151628aed2a6abf7158809cf4f3c'))
    expect(toHex(keys.subarray(160))).toBe('d014f9a8c9ee2589e13f0cc8b6630ca6')
    const key = fromHex('000102030405060708090a0b0c0d0e0f')
    const circuit = circuitOf('aes', AES128_ROUND_KEY_BITS, aes128)
    expect(encrypt(circuit, aes128RoundKeys(key), fromHex('00112233445566778899aabbccddeeff'))).toBe(
      '69c4e0d86a7b0430d8cdb78070b4c55a',
    )
  })

  it('GB/T 32907-2016, appendix A.1', () => {
    const key = fromHex('0123456789abcdeffedcba9876543210')
    expect(toHex(sm4RoundKeys(key).subarray(0, 4))).toBe('f12186f9')
    const circuit = circuitOf('sm4', SM4_ROUND_KEY_BITS, sm4)
    expect(encrypt(circuit, sm4RoundKeys(key), key)).toBe('681edf34d206965e86b3e94f536e4246')
  })

  it('the first and last bytes of the S-box of SM4', () => {
    const builder = new CircuitBuilder()
    const circuit = builder.build('sm4-sbox', sm4Sbox(builder, builder.input(8)))
    expect(andCount(circuit)).toBe(32)
    const at = (x: number) => bytesOfBits(evaluateBits(circuit, bitsOfBytes(Uint8Array.of(x))))[0]
    expect([0, 1, 2, 3, 0xef, 0xff].map(at)).toEqual([0xd6, 0x90, 0xe9, 0xfe, 0x84, 0x48])
  })
})
