import { binary, Reader, recordCodec, Writer } from '@mixun/core/codec'
import { z } from 'zod'
import { MAX_INPUT_BYTES, type OprfSuite } from '../oprf/index.ts'
import type { RowOpeningRequest } from './messages.ts'

const INTENT_ID_BYTES = 16

const rowOpeningSchema = z.strictObject({
  /** x, the subject's encoding. */
  input: binary(1, MAX_INPUT_BYTES),
  /** Z ‖ c ‖ s. */
  evaluation: binary(96, 97),
})

/** A row opening as it is kept and shown to third parties: it names the subject. */
export type RowOpening = z.infer<typeof rowOpeningSchema>

/** The canonical encoding of a row opening. */
export const rowOpeningCodec = recordCodec('row opening', rowOpeningSchema, MAX_INPUT_BYTES + 256)

/** intent id (16) ‖ τ·s (32) ‖ len₂ ‖ x */
export function encodeRowOpeningRequest(oprf: OprfSuite, message: RowOpeningRequest): Uint8Array {
  return new Writer()
    .fixed(message.intentId, INTENT_ID_BYTES)
    .fixed(message.blind, oprf.group.scalarBytes)
    .bytes16(message.input)
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeRowOpeningRequest(oprf: OprfSuite, bytes: Uint8Array): RowOpeningRequest {
  const reader = new Reader(bytes)
  const intentId = reader.fixed(INTENT_ID_BYTES).slice()
  const blind = reader.fixed(oprf.group.scalarBytes).slice()
  const input = reader.bytes16(MAX_INPUT_BYTES).slice()
  reader.end()
  return { intentId, input, blind }
}

/** Z ‖ c ‖ s, an evaluation as keyword OT writes it: 96 bytes with ristretto255, 97 with P-256 and SM2. */
export {
  decodeEvaluation as decodeRowOpeningResponse,
  encodeEvaluation as encodeRowOpeningResponse,
} from '../keyword-ot/index.ts'
