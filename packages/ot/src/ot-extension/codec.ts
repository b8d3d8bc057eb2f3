import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { ChunkMessage, TreesMessage } from './messages.ts'
import { BLOCK_BYTES, COLUMNS, chunkRows, type OtExtensionParameters } from './params.ts'

/** Bytes of a check value and of a digest. */
export const CHECK_BYTES = 32

/** Whether a setup has a check of its trees: a tree of one level is the base OT itself. */
export function hasTreeCheck({ k, isMalicious }: OtExtensionParameters): boolean {
  return isMalicious && k > 1
}

function treesLengths(parameters: OtExtensionParameters) {
  const { k, trees } = parameters
  const isChecked = hasTreeCheck(parameters)
  return {
    corrections: trees * (k - 1) * 2 * BLOCK_BYTES,
    sums: isChecked ? trees * CHECK_BYTES : 0,
    digest: isChecked ? CHECK_BYTES : 0,
  }
}

/** Corrections ‖ sums ‖ digest: 4,128 bytes for k = 2 and 4 with a malicious set, none for k = 1. */
export function encodeTrees(parameters: OtExtensionParameters, message: TreesMessage): Uint8Array {
  const lengths = treesLengths(parameters)
  return new Writer()
    .fixed(message.corrections, lengths.corrections)
    .fixed(message.sums, lengths.sums)
    .fixed(message.digest, lengths.digest)
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeTrees(parameters: OtExtensionParameters, bytes: Uint8Array): TreesMessage {
  const lengths = treesLengths(parameters)
  const reader = new Reader(bytes)
  const message = {
    corrections: reader.fixed(lengths.corrections),
    sums: reader.fixed(lengths.sums),
    digest: reader.fixed(lengths.digest),
  }
  reader.end()
  return message
}

/** Bytes of the corrections of a chunk of `count` OTs. */
function correctionBytes(parameters: OtExtensionParameters, count: number): number {
  return ((parameters.trees - 1) * chunkRows(parameters, count)) / 8
}

/** Index of the chunk (4 bytes) ‖ ũ ‖ Ṽ ‖ corrections; no hashes in the semi-honest sets. */
export function encodeChunk(
  parameters: OtExtensionParameters,
  index: number,
  count: number,
  message: ChunkMessage,
): Uint8Array {
  const writer = new Writer().uint32(index)
  if (parameters.isMalicious) {
    const proof = message.proof ?? fail('ERR_INPUT_RANGE', 'expected a proof of the chunk')
    writer.fixed(proof.u, BLOCK_BYTES).fixed(proof.v, COLUMNS * BLOCK_BYTES)
  }
  return writer.fixed(message.corrections, correctionBytes(parameters, count)).finish()
}

/**
 * Views into `bytes`, of the lengths of a chunk of `count` OTs.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA for another chunk than this one: replayed, reordered
 */
export function decodeChunk(
  parameters: OtExtensionParameters,
  index: number,
  count: number,
  bytes: Uint8Array,
): ChunkMessage {
  const reader = new Reader(bytes)
  const found = reader.uint32()
  const proof = parameters.isMalicious
    ? { u: reader.fixed(BLOCK_BYTES), v: reader.fixed(COLUMNS * BLOCK_BYTES) }
    : null
  const corrections = reader.fixed(correctionBytes(parameters, count))
  reader.end()
  if (found !== index) fail('ERR_DECODE_SCHEMA', `expected chunk ${index}, found chunk ${found}`)
  return { corrections, proof }
}
