import { compareBytes, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { ENTRY_BYTES, type JointTableParameters, MARK_BYTES } from './params.ts'

/**
 * What a joint table says of a handle, to whom the mask key was opened: the amount, or null where the subject is not in
 * it. What `jointCheck` computes, in the clear. Not constant time.
 *
 * @param maskKey secret, 16 bytes; checked against its commitment by `verifyMaskKey`
 * @param handle of `subjectHandle`
 * @param entry what the store decodes to at the handle, 16 bytes
 * @throws ERR_INPUT_LENGTH
 */
export function amountOfEntry(
  { cipher }: JointTableParameters,
  maskKey: Uint8Array,
  handle: Uint8Array,
  entry: Uint8Array,
): bigint | null {
  for (const bytes of [maskKey, handle, entry]) {
    if (bytes.length !== ENTRY_BYTES)
      fail('ERR_INPUT_LENGTH', `expected ${ENTRY_BYTES} bytes, found ${bytes.length}`)
  }
  const mask = cipher.encrypt(maskKey, handle)
  const isPresent = compareBytes(mask.subarray(0, MARK_BYTES), entry.subarray(0, MARK_BYTES)) === 0
  const amount = isPresent ? BigInt.asUintN(64, secondHalf(entry) - secondHalf(mask)) : null
  wipe(mask)
  return amount
}

/** The second half of an entry as a number, lowest byte first. */
function secondHalf(entry: Uint8Array): bigint {
  return new DataView(entry.buffer, entry.byteOffset + MARK_BYTES, 8).getBigUint64(0, true)
}
