import { fail } from '@mixun/core/errors'

/** Bit `i` of packed bits, least significant first in each byte: 0 or 1. */
export function bitAt(bits: Uint8Array, i: number): number {
  return ((bits[i >>> 3] as number) >>> (i & 7)) & 1
}

/** Bytes of `count` packed bits. */
export function bitBytes(count: number): number {
  return Math.ceil(count / 8)
}

/** Packed bits have one form: as many bytes as needed, and zeros behind the last bit. @throws ERR_INPUT_LENGTH */
export function checkBits(bits: Uint8Array, count: number): void {
  const unused = 8 * bits.length - count
  const last = bits.at(-1) ?? 0
  if (bits.length !== bitBytes(count) || (unused > 0 && last >>> (8 - unused) !== 0)) {
    fail('ERR_INPUT_LENGTH', `expected ${count} choice bits in ${bitBytes(count)} bytes, zeros behind them`)
  }
}
