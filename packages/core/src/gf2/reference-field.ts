/** Arithmetic of the reference kernels, lowest byte first: for reading and for tests. Slow, and not constant time. */

const MODULUS = (1n << 128n) | 0x87n

/** a · b modulo x^128 + x^7 + x^2 + x + 1. */
export function fieldMultiply(a: bigint, b: bigint): bigint {
  let product = 0n
  for (let i = 0n; i < 128n; i++) if (((b >> i) & 1n) === 1n) product ^= a << i
  for (let i = 254n; i >= 128n; i--) if (((product >> i) & 1n) === 1n) product ^= MODULUS << (i - 128n)
  return product
}

export function addTo(sum: Uint8Array, other: Uint8Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) ^ (other[i] as number)
}

export function toInteger(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte)
  return value
}

export function toBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
