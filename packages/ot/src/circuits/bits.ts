import { fail } from '@mixun/core/errors'

/** The bits of bytes, a byte of 0 or 1 each: bit j of byte i is number 8·i + j. */
export function bitsOfBytes(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(8 * bytes.length)
  for (let i = 0; i < bits.length; i++) bits[i] = ((bytes[i >> 3] as number) >> (i & 7)) & 1
  return bits
}

/** The inverse of {@link bitsOfBytes}. @throws ERR_INPUT_LENGTH unless the bits fill bytes */
export function bytesOfBits(bits: Uint8Array): Uint8Array {
  if (bits.length % 8 !== 0) fail('ERR_INPUT_LENGTH', `expected a multiple of 8 bits, found ${bits.length}`)
  const bytes = new Uint8Array(bits.length / 8)
  for (let i = 0; i < bits.length; i++) {
    bytes[i >> 3] = (bytes[i >> 3] as number) | ((bits[i] as number) << (i & 7))
  }
  return bytes
}

/** The lowest `width` bits of an unsigned integer, lowest first. @throws ERR_INPUT_RANGE when it needs more */
export function bitsOfInteger(value: bigint, width: number): Uint8Array {
  if (value < 0n || value >> BigInt(width) !== 0n) {
    fail('ERR_INPUT_RANGE', `expected an unsigned integer of at most ${width} bits`)
  }
  return Uint8Array.from({ length: width }, (_, i) => Number((value >> BigInt(i)) & 1n))
}

/** The inverse of {@link bitsOfInteger}. */
export function integerOfBits(bits: Uint8Array): bigint {
  return bits.reduceRight((value, bit) => (value << 1n) | BigInt(bit), 0n)
}
