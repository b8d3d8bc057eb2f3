import { fail } from '../errors/index.ts'

const LENGTH_BYTES = 4

/** Smallest size that a content is padded to, its length included. */
const MIN_BYTES = 512

/** The length in 4 bytes, the content, and zeros up to the next size of the form 2^k or 1.5 · 2^k, at least 512. */
export function pad(content: Uint8Array): Uint8Array {
  const padded = new Uint8Array(paddedBytes(content.length))
  new DataView(padded.buffer).setUint32(0, content.length)
  padded.set(content, LENGTH_BYTES)
  return padded
}

/** Size of a content of `length` bytes once it is padded. */
export function paddedBytes(length: number): number {
  let size = MIN_BYTES
  while (size < length + LENGTH_BYTES) size = Number.isInteger(Math.log2(size)) ? size * 1.5 : (size / 3) * 4
  return size
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_CANONICAL for what {@link pad} does not make */
export function unpad(padded: Uint8Array): Uint8Array {
  if (padded.length < LENGTH_BYTES) fail('ERR_DECODE_LENGTH', 'expected a padded content')
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  if (padded.length !== paddedBytes(length)) {
    fail('ERR_DECODE_LENGTH', `expected ${paddedBytes(length)} padded bytes, found ${padded.length}`)
  }
  const end = LENGTH_BYTES + length
  if (padded.subarray(end).some(byte => byte !== 0)) {
    fail('ERR_DECODE_CANONICAL', 'expected zeros behind the content')
  }
  return padded.slice(LENGTH_BYTES, end)
}
