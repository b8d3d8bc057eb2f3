import { concat } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { CipherBatch, EcSuit, HandshakeRequest, HandshakeResponse } from './messages.ts'
import { BATCH_POINTS } from './params.ts'
import { ProtobufFields, ProtobufWriter } from './protobuf.ts'

/** Version of the handshake (table 1), and of the parameters inside it. */
export const HANDSHAKE_VERSION = 2
const PARAMETER_VERSION = 1

/** Tables 1 and 9: ECDH-PSI as the algorithm, ECC as the family of protocols. */
export const ALGORITHM_ECDH_PSI = 1
const FAMILY_ECC = 1

const TYPE_PREFIX = 'type.googleapis.com/org.interconnection.v2.'
const ECC_PROPOSAL = 'protocol.EccProtocolProposal'
const ECC_RESULT = 'protocol.EccProtocolResult'
const IO_PROPOSAL = 'algos.PsiDataIoProposal'
const IO_RESULT = 'algos.PsiDataIoResult'

/** As `org.interconnection.v2.HandshakeRequest`. */
export function encodeHandshakeRequest(message: HandshakeRequest): Uint8Array {
  const ecc = new ProtobufWriter().integers(1, [PARAMETER_VERSION])
  for (const suit of message.suits) ecc.bytes(2, encodeSuit(suit), true)
  ecc.integers(3, message.formats).boolean(4, message.canTruncate)
  const io = new ProtobufWriter()
    .integers(1, [PARAMETER_VERSION])
    .integer(2, message.itemCount)
    .integer(3, message.resultToRank)
  return new ProtobufWriter()
    .integer(1, message.version)
    .integer(2, message.requesterRank)
    .integers(3, message.algorithms)
    .integers(7, [FAMILY_ECC])
    .bytes(8, encodeAny(ECC_PROPOSAL, ecc.finish()))
    .bytes(9, encodeAny(IO_PROPOSAL, io.finish()))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA */
export function decodeHandshakeRequest(bytes: Uint8Array): HandshakeRequest {
  const fields = new ProtobufFields(bytes)
  const ecc = familyParameters(fields, 7, 8, ECC_PROPOSAL)
  const io = decodeAny(fields.bytes(9), IO_PROPOSAL)
  return {
    version: fields.integer(1),
    requesterRank: fields.integer(2),
    algorithms: fields.integers(3),
    suits: ecc.repeated(2).map(decodeSuit),
    formats: ecc.integers(3),
    canTruncate: ecc.boolean(4),
    itemCount: io.integer(2),
    resultToRank: io.integer(3),
  }
}

/** As `org.interconnection.v2.HandshakeResponse`. */
export function encodeHandshakeResponse(message: HandshakeResponse): Uint8Array {
  const header = new ProtobufWriter().integer(1, message.errorCode).finish()
  if (message.errorCode !== 0) return new ProtobufWriter().bytes(1, header).finish()
  const ecc = new ProtobufWriter()
    .integer(1, PARAMETER_VERSION)
    .bytes(2, encodeSuit(message.suit), true)
    .integer(3, message.format)
    .integer(4, message.truncatedBits)
  const io = new ProtobufWriter().integer(1, PARAMETER_VERSION).integer(2, message.resultToRank)
  return new ProtobufWriter()
    .bytes(1, header, true)
    .integer(2, message.algorithm)
    .integers(6, [FAMILY_ECC])
    .bytes(7, encodeAny(ECC_RESULT, ecc.finish()))
    .bytes(8, encodeAny(IO_RESULT, io.finish()))
    .finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA */
export function decodeHandshakeResponse(bytes: Uint8Array): HandshakeResponse {
  const fields = new ProtobufFields(bytes)
  const errorCode = new ProtobufFields(fields.bytes(1)).integer(1)
  if (errorCode !== 0) {
    const suit = { curve: 0, hash: 0, strategy: 0 }
    return { errorCode, algorithm: 0, suit, format: 0, truncatedBits: -1, resultToRank: -1 }
  }
  const ecc = familyParameters(fields, 6, 7, ECC_RESULT)
  return {
    errorCode,
    algorithm: fields.integer(2),
    suit: decodeSuit(ecc.bytes(2)),
    format: ecc.integer(3),
    truncatedBits: ecc.integer(4),
    resultToRank: decodeAny(fields.bytes(8), IO_RESULT).integer(2),
  }
}

/** As `org.interconnection.v2.runtime.EcdhPsiCipherBatch`. */
export function encodeCipherBatch(message: CipherBatch): Uint8Array {
  return new ProtobufWriter()
    .text(1, message.type)
    .integer(3, message.index)
    .boolean(4, message.isLast)
    .integer(6, message.points.length)
    .bytes(7, concat(...message.points))
    .finish()
}

/**
 * A batch of the type, number and length of points that is due. Repeated items are refused on both sides, so that a count
 * of repetitions (field 8) is too.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA
 */
export function decodeCipherBatch(
  bytes: Uint8Array,
  due: { readonly type: CipherBatch['type']; readonly index: number; readonly pointBytes: number },
): CipherBatch {
  const fields = new ProtobufFields(bytes)
  const [type, index, count] = [fields.text(1), fields.integer(3), fields.integer(6)]
  if (type !== due.type || index !== due.index) {
    fail('ERR_DECODE_SCHEMA', `expected batch ${due.index} of ${due.type} points, found another`)
  }
  if (fields.repeated(8).length > 0) fail('ERR_DECODE_SCHEMA', 'expected no count of repeated items')
  const isLast = fields.boolean(4)
  const packed = fields.bytes(7)
  if (count < (isLast ? 0 : 1) || count > MAX_BATCH_POINTS || packed.length !== count * due.pointBytes) {
    fail(
      'ERR_DECODE_LENGTH',
      `expected ${count} points of ${due.pointBytes} bytes, found ${packed.length} bytes`,
    )
  }
  const points = Array.from({ length: count }, (_, i) =>
    packed.slice(i * due.pointBytes, (i + 1) * due.pointBytes),
  )
  return { type: due.type, index, isLast, points }
}

/** A peer may choose larger batches than {@link BATCH_POINTS}; its frame limit bounds them too. */
const MAX_BATCH_POINTS = 16 * BATCH_POINTS

function familyParameters(
  fields: ProtobufFields,
  families: number,
  parameters: number,
  type: string,
): ProtobufFields {
  const position = fields.integers(families).indexOf(FAMILY_ECC)
  const found = position < 0 ? undefined : fields.repeated(parameters)[position]
  return found === undefined
    ? fail('ERR_DECODE_SCHEMA', 'expected parameters of the ECC family')
    : decodeAny(found, type)
}

function encodeSuit({ curve, hash, strategy }: EcSuit): Uint8Array {
  return new ProtobufWriter().integer(1, curve).integer(2, hash).integer(3, strategy).finish()
}

function decodeSuit(bytes: Uint8Array): EcSuit {
  const fields = new ProtobufFields(bytes)
  return { curve: fields.integer(1), hash: fields.integer(2), strategy: fields.integer(3) }
}

/** google.protobuf.Any. */
function encodeAny(type: string, value: Uint8Array): Uint8Array {
  return new ProtobufWriter()
    .text(1, TYPE_PREFIX + type)
    .bytes(2, value)
    .finish()
}

function decodeAny(bytes: Uint8Array, type: string): ProtobufFields {
  const fields = new ProtobufFields(bytes)
  if (fields.text(1) !== TYPE_PREFIX + type) fail('ERR_DECODE_SCHEMA', `expected a message of type ${type}`)
  return new ProtobufFields(fields.bytes(2))
}
