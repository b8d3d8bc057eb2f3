import { concat, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'

/**
 * HKDF-Expand (RFC 5869 section 2.3) over an HMAC of 32-byte outputs.
 *
 * @throws ERR_INPUT_RANGE above 255 blocks of output
 */
export function hkdfExpand(
  hmac: (key: Uint8Array, message: Uint8Array) => Uint8Array,
  prk: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  if (length > 255 * 32) fail('ERR_INPUT_RANGE', `expected at most ${255 * 32} bytes, found ${length}`)
  const blocks: Uint8Array[] = []
  let previous: Uint8Array = new Uint8Array(0)
  for (let i = 1; (i - 1) * 32 < length; i++) {
    const input = concat(previous, info, Uint8Array.of(i))
    previous = hmac(prk, input)
    wipe(input)
    blocks.push(previous)
  }
  const joined = concat(...blocks)
  const output = joined.slice(0, length)
  wipe(joined, ...blocks)
  return output
}
