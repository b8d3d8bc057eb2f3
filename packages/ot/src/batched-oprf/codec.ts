import { Reader, Writer } from '@mixun/core/codec'
import { ELEMENT_BYTES } from './params.ts'

/** Bytes of the sender's commitment to its coin. */
export const COMMITMENT_BYTES = 32

/** Seed ‖ the receiver's coin: 32 bytes; the coin is zero in the semi-honest set. */
export function encodeStoreHead(head: { seed: Uint8Array; coin: Uint8Array }): Uint8Array {
  return new Writer().fixed(head.seed, ELEMENT_BYTES).fixed(head.coin, ELEMENT_BYTES).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeStoreHead(bytes: Uint8Array): { seed: Uint8Array; coin: Uint8Array } {
  const reader = new Reader(bytes)
  const seed = reader.fixed(ELEMENT_BYTES).slice()
  const coin = reader.fixed(ELEMENT_BYTES).slice()
  reader.end()
  return { seed, coin }
}
