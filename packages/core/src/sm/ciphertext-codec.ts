import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { DER_TAG, DerReader, derElement, derUnsigned } from './der.ts'
import { SM3_BYTES } from './sm3.ts'

/** The parts of an SM2 ciphertext. */
export interface Sm2CiphertextParts {
  /** x ‖ y, 64 bytes; not checked to be a point yet. */
  readonly c1: Uint8Array
  /** As long as the message. */
  readonly c2: Uint8Array
  /** 32 bytes */
  readonly c3: Uint8Array
}

/**
 * `der`: SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING (32), cipherText OCTET STRING } (GM/T 0009-2012 section
 * 7.2). `raw`: 04 ‖ x ‖ y ‖ C3 ‖ C2, the order of GB/T 32918.4-2016 with an uncompressed point.
 */
export type Sm2CiphertextForm = 'der' | 'raw'

const POINT_BYTES = 65

export function encodeCiphertext(parts: Sm2CiphertextParts, form: Sm2CiphertextForm): Uint8Array {
  const { c1, c2, c3 } = parts
  if (form === 'raw') return concat(Uint8Array.of(4), c1, c3, c2)
  return derElement(
    DER_TAG.sequence,
    derUnsigned(c1.subarray(0, 32)),
    derUnsigned(c1.subarray(32)),
    derElement(DER_TAG.octetString, c3),
    derElement(DER_TAG.octetString, c2),
  )
}

/**
 * Checks the form only; whether C1 is a point is the arithmetic's to say.
 *
 * @throws ERR_DECODE_DER, ERR_DECODE_TRAILING, ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT for coordinates above 32 bytes or
 * another form of the point
 */
export function decodeCiphertext(bytes: Uint8Array, form: Sm2CiphertextForm): Sm2CiphertextParts {
  return form === 'raw' ? decodeRaw(bytes) : decodeDer(bytes)
}

function decodeRaw(bytes: Uint8Array): Sm2CiphertextParts {
  const shortest = POINT_BYTES + SM3_BYTES + 1
  if (bytes.length < shortest) {
    fail('ERR_DECODE_LENGTH', `expected at least ${shortest} bytes, found ${bytes.length}`)
  }
  if (bytes[0] !== 4) fail('ERR_DECODE_ELEMENT', `SM2: expected a first byte of 4, found ${bytes[0]}`)
  const end = POINT_BYTES + SM3_BYTES
  return { c1: bytes.subarray(1, POINT_BYTES), c3: bytes.subarray(POINT_BYTES, end), c2: bytes.subarray(end) }
}

function decodeDer(bytes: Uint8Array): Sm2CiphertextParts {
  const outer = new DerReader(bytes)
  const sequence = outer.sequence()
  outer.end()
  const c1 = concat(coordinate(sequence.unsigned()), coordinate(sequence.unsigned()))
  const c3 = sequence.element(DER_TAG.octetString)
  const c2 = sequence.element(DER_TAG.octetString)
  sequence.end()
  if (c3.length !== SM3_BYTES || c2.length === 0) {
    fail('ERR_DECODE_LENGTH', 'expected a hash of 32 bytes and a ciphertext of at least one')
  }
  return { c1, c2, c3 }
}

/** A magnitude as 32 bytes. */
function coordinate(magnitude: Uint8Array): Uint8Array {
  if (magnitude.length > 32) fail('ERR_DECODE_ELEMENT', 'SM2: expected coordinates of at most 32 bytes')
  return concat(new Uint8Array(32 - magnitude.length), magnitude)
}
