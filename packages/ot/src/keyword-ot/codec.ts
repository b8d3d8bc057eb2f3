import { Reader, Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import { decodeSchnorrProof, encodeSchnorrProof, schnorrProofBytes } from '../consent-blinding/index.ts'
import { decodeDleqProof, encodeDleqProof, type OprfSuite } from '../oprf/index.ts'
import type { Evaluation, KeywordOtRequest, KeywordOtResponse } from './messages.ts'

/** B ‖ c ‖ z: 96 bytes with ristretto255, 97 with P-256 and SM2. */
export function encodeRequest(oprf: OprfSuite, message: KeywordOtRequest): Uint8Array {
  return new Writer()
    .raw(oprf.group.encodeElement(message.blindedElement))
    .raw(encodeSchnorrProof(oprf, message.proof))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function decodeRequest(oprf: OprfSuite, bytes: Uint8Array): KeywordOtRequest {
  const reader = new Reader(bytes)
  const element = reader.fixed(oprf.group.elementBytes)
  const proof = reader.fixed(schnorrProofBytes(oprf))
  reader.end()
  return { blindedElement: oprf.group.decodeElement(element), proof: decodeSchnorrProof(oprf, proof) }
}

/** Z ‖ c ‖ s, as the receipt's digest covers it. */
export function encodeEvaluation(oprf: OprfSuite, evaluation: Evaluation): Uint8Array {
  return new Writer()
    .raw(oprf.group.encodeElement(evaluation.evaluatedElement))
    .raw(encodeDleqProof(oprf, evaluation.proof))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function decodeEvaluation(oprf: OprfSuite, bytes: Uint8Array): Evaluation {
  const reader = new Reader(bytes)
  const element = reader.fixed(oprf.group.elementBytes)
  const proof = reader.fixed(2 * oprf.group.scalarBytes)
  reader.end()
  return { evaluatedElement: oprf.group.decodeElement(element), proof: decodeDleqProof(oprf, proof) }
}

/** Z ‖ c ‖ s ‖ evaluatedAt (8 bytes) ‖ signature: 168 bytes with ristretto255, 169 with P-256 and SM2. */
export function encodeResponse(oprf: OprfSuite, suite: Suite, message: KeywordOtResponse): Uint8Array {
  return new Writer()
    .raw(encodeEvaluation(oprf, message))
    .uint64(message.evaluatedAt)
    .fixed(message.receiptSignature, suite.signatureBytes)
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR, ERR_DECODE_SCHEMA */
export function decodeResponse(oprf: OprfSuite, suite: Suite, bytes: Uint8Array): KeywordOtResponse {
  const { elementBytes, scalarBytes } = oprf.group
  const reader = new Reader(bytes)
  const evaluation = reader.fixed(elementBytes + 2 * scalarBytes)
  const evaluatedAt = reader.uint64()
  const receiptSignature = reader.fixed(suite.signatureBytes)
  reader.end()
  return {
    ...decodeEvaluation(oprf, evaluation),
    evaluatedAt,
    receiptSignature: receiptSignature.slice(),
  }
}
