import { Reader, Writer } from '@mixun/core/codec'
import type { ChallengeMessage, TreesMessage } from './messages.ts'
import { ELEMENT_BYTES, type VoleParameters, type VoleShape } from './params.ts'

/** Bytes of a commitment and of what opens it. */
export const COMMITMENT_BYTES = 32

/** Sums ‖ corrections. */
export function encodeTrees(message: TreesMessage): Uint8Array {
  return new Writer().raw(message.sums).raw(message.corrections).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeTrees(
  { trees }: VoleParameters,
  { depth }: VoleShape,
  bytes: Uint8Array,
): TreesMessage {
  const reader = new Reader(bytes)
  const sums = reader.fixed(trees * depth * 2 * ELEMENT_BYTES)
  const corrections = reader.fixed(trees * ELEMENT_BYTES)
  reader.end()
  return { sums, corrections }
}

/** Seed ‖ masked sum: 32 bytes. */
export function encodeChallenge({ seed, masked }: ChallengeMessage): Uint8Array {
  return new Writer().fixed(seed, ELEMENT_BYTES).fixed(masked, ELEMENT_BYTES).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeChallenge(bytes: Uint8Array): ChallengeMessage {
  const reader = new Reader(bytes)
  const seed = reader.fixed(ELEMENT_BYTES)
  const masked = reader.fixed(ELEMENT_BYTES)
  reader.end()
  return { seed, masked }
}
