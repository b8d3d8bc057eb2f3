import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Element, Group } from '@mixun/core/group'
import type { DleqProof } from './dleq.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import { MAX_BATCH, type OprfMode, type OprfSuite } from './params.ts'

/** 2-byte count, then the elements. */
export function encodeBlindRequest(suite: OprfSuite, message: BlindRequest): Uint8Array {
  return writeElements(suite.group, message.blindedElements).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT */
export function decodeBlindRequest(suite: OprfSuite, bytes: Uint8Array): BlindRequest {
  const reader = new Reader(bytes)
  const blindedElements = readElements(suite.group, reader)
  reader.end()
  return { blindedElements }
}

/** 2-byte count, the elements, and in the verifiable mode the proof. */
export function encodeEvaluateResponse(
  suite: OprfSuite,
  mode: OprfMode,
  message: EvaluateResponse,
): Uint8Array {
  if ((mode === 'voprf') !== (message.proof !== null)) {
    fail('ERR_INPUT_RANGE', 'expected a proof in the verifiable mode, and in no other')
  }
  const writer = writeElements(suite.group, message.evaluatedElements)
  if (message.proof !== null) writer.raw(encodeDleqProof(suite, message.proof))
  return writer.finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function decodeEvaluateResponse(
  suite: OprfSuite,
  mode: OprfMode,
  bytes: Uint8Array,
): EvaluateResponse {
  const reader = new Reader(bytes)
  const evaluatedElements = readElements(suite.group, reader)
  const proof = mode === 'voprf' ? decodeDleqProof(suite, reader.fixed(2 * suite.group.scalarBytes)) : null
  reader.end()
  return { evaluatedElements, proof }
}

/** Two scalars, 64 bytes (RFC 9497 section 3.3). */
export function encodeDleqProof(suite: OprfSuite, proof: DleqProof): Uint8Array {
  const { group } = suite
  return new Writer()
    .raw(group.encodeScalar(proof.challenge))
    .raw(group.encodeScalar(proof.response))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCALAR */
export function decodeDleqProof(suite: OprfSuite, bytes: Uint8Array): DleqProof {
  const { group } = suite
  const reader = new Reader(bytes)
  const challenge = group.decodeScalar(reader.fixed(group.scalarBytes))
  const response = group.decodeScalar(reader.fixed(group.scalarBytes))
  reader.end()
  return { challenge, response }
}

function writeElements(group: Group, elements: readonly Element[]): Writer {
  if (elements.length < 1 || elements.length > MAX_BATCH) {
    fail('ERR_INPUT_LENGTH', `expected 1 to ${MAX_BATCH} elements, found ${elements.length}`)
  }
  const writer = new Writer().uint16(elements.length)
  for (const element of elements) writer.raw(group.encodeElement(element))
  return writer
}

function readElements(group: Group, reader: Reader): Element[] {
  const count = reader.uint16()
  if (count === 0) fail('ERR_DECODE_LENGTH', 'expected at least one element, found none')
  // The bytes must be there before any is parsed: a short frame costs the reader nothing.
  const bytes = reader.fixed(count * group.elementBytes)
  return Array.from({ length: count }, (_, i) =>
    group.decodeElement(bytes.subarray(i * group.elementBytes, (i + 1) * group.elementBytes)),
  )
}
