import { Reader, Writer } from '@mixun/core/codec'
import type { Okvs } from './okvs.ts'
import { OKVS_KEY_BYTES, type OkvsParameters, okvsBytes } from './params.ts'

/** Seed ‖ columns: `okvsBytes` bytes. Parameters, count and length of values are what both sides know. */
export function encodeOkvsBytes(store: Okvs): Uint8Array {
  return new Writer().fixed(store.seed, OKVS_KEY_BYTES).raw(store.columns).finish()
}

/**
 * A store from its bytes, for the number of items and the length of values that were agreed on. Every string of that
 * length is a store.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_INPUT_RANGE
 */
export function decodeOkvsBytes(
  parameters: OkvsParameters,
  count: number,
  valueBytes: number,
  bytes: Uint8Array,
): Okvs {
  const reader = new Reader(bytes)
  const seed = reader.fixed(OKVS_KEY_BYTES).slice()
  const columns = reader.fixed(okvsBytes(parameters, count, valueBytes) - OKVS_KEY_BYTES).slice()
  reader.end()
  return { parameters, count, valueBytes, seed, columns }
}
