import { toHex } from '../bytes/index.ts'

/**
 * The y-coordinates of the eight Ed25519 points of order 1, 2, 4 and 8 in every encoding: little-endian, y and y + p where
 * that fits 255 bits, without the sign bit.
 */
const SMALL_ORDER_Y: ReadonlySet<string> = new Set([
  // Order 4, y = 0 and p; order 1, y = 1 and p + 1; order 2, y = −1.
  '0000000000000000000000000000000000000000000000000000000000000000',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  // Order 8.
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
])

/** Whether these 32 bytes are an Ed25519 public key of small order, under which anybody can sign. */
export function isSmallOrderKey(publicKey: Uint8Array): boolean {
  return SMALL_ORDER_Y.has(toHex(publicKey.with(31, (publicKey[31] as number) & 0x7f)))
}
