import { concat } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import type { Circuit } from '../circuits/index.ts'
import { decodeGarbled, encodeGarbled, garbledBytes } from '../garbling/index.ts'
import { decodeEvaluation, decodeRequest, encodeEvaluation, encodeRequest } from '../keyword-ot/index.ts'
import { decodeChunk, encodeChunk, type OtExtensionParameters } from '../ot-extension/index.ts'
import type { OprfSuite } from '../oprf/index.ts'
import type {
  JointChoice,
  JointComparisonBody,
  JointEvaluation,
  JointGarbling,
  JointRequest,
  JointSealing,
} from './messages.ts'

const DIGEST_BYTES = 32

/** Bytes of the commitment that an evaluation starts with. */
export const SEED_COMMITMENT_BYTES = DIGEST_BYTES

/** Bytes of a sum of check words. */
const CHECK_BYTES = 8

/** Bytes of both labels of an input. */
const PAIR_BYTES = 32

/** Setup id ‖ B ‖ c ‖ z: 128 bytes with ristretto255, 129 with SM2. */
export function encodeJointRequest(oprf: OprfSuite, message: JointRequest): Uint8Array {
  return new Writer().fixed(message.setupId, DIGEST_BYTES).raw(encodeRequest(oprf, message)).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function decodeJointRequest(oprf: OprfSuite, bytes: Uint8Array): JointRequest {
  const setupId = new Reader(bytes).fixed(DIGEST_BYTES).slice()
  return { setupId, ...decodeRequest(oprf, bytes.subarray(DIGEST_BYTES)) }
}

/** Seed commitment ‖ Z ‖ c ‖ s: 128 bytes with ristretto255, 129 with SM2. */
export function encodeJointEvaluation(oprf: OprfSuite, message: JointEvaluation): Uint8Array {
  return new Writer()
    .fixed(message.seedCommitment, DIGEST_BYTES)
    .raw(encodeEvaluation(oprf, message))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT, ERR_DECODE_SCALAR */
export function decodeJointEvaluation(oprf: OprfSuite, bytes: Uint8Array): JointEvaluation {
  const seedCommitment = new Reader(bytes).fixed(DIGEST_BYTES).slice()
  return { seedCommitment, ...decodeEvaluation(oprf, bytes.subarray(DIGEST_BYTES)) }
}

/** Flips ‖ chunk: 5,124 bytes for the 256 inputs of a provider's check, 4,092 for the 64 of a comparison. */
export function encodeJointChoice(
  parameters: OtExtensionParameters,
  inputs: number,
  message: JointChoice,
): Uint8Array {
  return new Writer()
    .fixed(message.flips, inputs / 8)
    .raw(encodeChunk(parameters, 0, inputs, message.chunk))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA */
export function decodeJointChoice(
  parameters: OtExtensionParameters,
  inputs: number,
  bytes: Uint8Array,
): JointChoice {
  const flips = new Reader(bytes).fixed(inputs / 8).slice()
  return { flips, chunk: decodeChunk(parameters, 0, inputs, bytes.subarray(flips.length)) }
}

/** Garbled circuit ‖ labels: 182,192 bytes for AES-128, 149,424 for SM4. */
export function encodeJointGarbling(circuit: Circuit, message: JointGarbling): Uint8Array {
  return new Writer()
    .raw(encodeGarbled(message.garbled))
    .fixed(message.labels, circuit.inputs * PAIR_BYTES)
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeJointGarbling(circuit: Circuit, bytes: Uint8Array): JointGarbling {
  const reader = new Reader(bytes)
  const garbled = decodeGarbled(circuit, reader.fixed(garbledBytes(circuit)))
  const labels = reader.fixed(circuit.inputs * PAIR_BYTES).slice()
  reader.end()
  return { garbled, labels }
}

/** Setup id ‖ choice: 4,124 bytes. */
export function encodeThresholdRequest(setupId: Uint8Array, choice: Uint8Array): Uint8Array {
  return new Writer().fixed(setupId, DIGEST_BYTES).raw(choice).finish()
}

/** The setup whose OTs a recorded session took: both kinds of session name it first. @throws ERR_DECODE_LENGTH */
export function setupIdOf({
  request,
  choice,
}: {
  readonly request: Uint8Array
  readonly choice: Uint8Array
}): Uint8Array {
  return new Reader(request.length > 0 ? request : choice).fixed(DIGEST_BYTES).slice()
}

/** The choice is checked where it is used. @throws ERR_DECODE_LENGTH */
export function decodeThresholdRequest(bytes: Uint8Array): { setupId: Uint8Array; choice: Uint8Array } {
  const setupId = new Reader(bytes).fixed(DIGEST_BYTES).slice()
  return { setupId, choice: bytes.subarray(DIGEST_BYTES) }
}

/** Garbling ‖ sum of the check words, 8 bytes ‖ seed commitment, 32 bytes. */
export function encodeComparison(circuit: Circuit, message: JointComparisonBody): Uint8Array {
  return new Writer()
    .fixed(message.garbling, jointGarblingBytes(circuit))
    .fixed(message.check, CHECK_BYTES)
    .fixed(message.seedCommitment, DIGEST_BYTES)
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeComparison(circuit: Circuit, bytes: Uint8Array): JointComparisonBody {
  const reader = new Reader(bytes)
  const garbling = reader.fixed(jointGarblingBytes(circuit)).slice()
  const check = reader.fixed(CHECK_BYTES).slice()
  const seedCommitment = reader.fixed(DIGEST_BYTES).slice()
  reader.end()
  return { garbling, check, seedCommitment }
}

/** Bytes of {@link encodeComparison}. */
export function comparisonBytes(circuit: Circuit): number {
  return jointGarblingBytes(circuit) + CHECK_BYTES + DIGEST_BYTES
}

/** Body ‖ time ‖ signature: the body is what the receipt's transcript covers. */
export function encodeSealed(
  suite: Suite,
  body: Uint8Array,
  { answeredAt, signature }: JointSealing,
): Uint8Array {
  return concat(body, new Writer().uint64(answeredAt).fixed(signature, suite.signatureBytes).finish())
}

/** @param bodyBytes which both sides know @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA */
export function decodeSealed(
  suite: Suite,
  bodyBytes: number,
  bytes: Uint8Array,
): JointSealing & { readonly body: Uint8Array } {
  const reader = new Reader(bytes)
  const body = reader.fixed(bodyBytes).slice()
  const answeredAt = reader.uint64()
  const signature = reader.fixed(suite.signatureBytes).slice()
  reader.end()
  return { body, answeredAt, signature }
}

/** Bytes of {@link encodeJointGarbling}. */
export function jointGarblingBytes(circuit: Circuit): number {
  return garbledBytes(circuit) + circuit.inputs * PAIR_BYTES
}
