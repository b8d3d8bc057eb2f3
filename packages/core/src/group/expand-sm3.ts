import { utf8, wipe } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { SM3_BLOCK_BYTES, SM3_BYTES, sm3 } from '../sm/sm3.ts'

const OVERSIZE = utf8('H2C-OVERSIZE-DST-')
/** Longer tags are hashed: their length goes into one byte. */
const MAX_TAG_BYTES = 255
/** They are counted in one byte. */
const MAX_DIGESTS = 255

/**
 * expand_message_xmd of RFC 9380 section 5.3.1 over SM3. The same bytes as of @noble/curves, which the reference of the group
 * uses, in half of its time: hashing an item to the curve takes it once.
 *
 * @param message secret
 * @param length bytes wanted, at most 255 digests
 * @throws ERR_INPUT_LENGTH for more, and for an empty tag
 */
export function expandMessageSm3(message: Uint8Array, dst: Uint8Array, length: number): Uint8Array {
  if (dst.length === 0 || length > MAX_DIGESTS * SM3_BYTES) {
    fail('ERR_INPUT_LENGTH', 'expected a tag that is not empty, and at most 255 digests')
  }
  const tag = dst.length > MAX_TAG_BYTES ? sm3(OVERSIZE, dst) : dst
  // A block of zeros ‖ message ‖ length ‖ 0 ‖ tag and its length.
  const first = new Uint8Array(SM3_BLOCK_BYTES + message.length + 3 + tag.length + 1)
  first.set(message, SM3_BLOCK_BYTES)
  first.set([length >>> 8, length & 0xff, 0], SM3_BLOCK_BYTES + message.length)
  first.set(tag, SM3_BLOCK_BYTES + message.length + 3)
  first[first.length - 1] = tag.length
  const start = sm3(first)
  // The start with the digest before ‖ number ‖ tag and its length.
  const block = new Uint8Array(SM3_BYTES + 1 + tag.length + 1)
  block.set(tag, SM3_BYTES + 1)
  block[block.length - 1] = tag.length
  const digests = new Uint8Array(SM3_BYTES * Math.ceil(length / SM3_BYTES))
  for (let at = 0; at < digests.length; at += SM3_BYTES) {
    for (let i = 0; i < SM3_BYTES; i++) {
      block[i] = (start[i] as number) ^ (at === 0 ? 0 : (digests[at - SM3_BYTES + i] as number))
    }
    block[SM3_BYTES] = at / SM3_BYTES + 1
    digests.set(sm3(block), at)
  }
  wipe(first, start, block)
  return digests.subarray(0, length)
}
