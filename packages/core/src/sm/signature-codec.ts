import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { DER_TAG, DerReader, derElement, derUnsigned } from './der.ts'

/** r and s, 32 big-endian bytes each. */
export interface Sm2SignatureValues {
  readonly r: Uint8Array
  readonly s: Uint8Array
}

/** `der`: SEQUENCE { r INTEGER, s INTEGER } (GM/T 0009-2012 section 7.3). `raw`: r ‖ s, 64 bytes. */
export type Sm2SignatureForm = 'der' | 'raw'

export function encodeSignature(values: Sm2SignatureValues, form: Sm2SignatureForm): Uint8Array {
  if (form === 'raw') return concat(values.r, values.s)
  return derElement(DER_TAG.sequence, derUnsigned(values.r), derUnsigned(values.s))
}

/**
 * Checks the form only; the range of r and s is the verifier's.
 *
 * @throws ERR_DECODE_DER, ERR_DECODE_TRAILING, ERR_DECODE_LENGTH, ERR_DECODE_SCALAR for integers above 32 bytes
 */
export function decodeSignature(bytes: Uint8Array, form: Sm2SignatureForm): Sm2SignatureValues {
  if (form === 'raw') {
    if (bytes.length !== 64) fail('ERR_DECODE_LENGTH', `expected 64 bytes of r and s, found ${bytes.length}`)
    return { r: bytes.subarray(0, 32), s: bytes.subarray(32) }
  }
  const outer = new DerReader(bytes)
  const sequence = outer.sequence()
  outer.end()
  const r = padded(sequence.unsigned())
  const s = padded(sequence.unsigned())
  sequence.end()
  return { r, s }
}

/** A magnitude as 32 bytes. */
function padded(magnitude: Uint8Array): Uint8Array {
  if (magnitude.length > 32) fail('ERR_DECODE_SCALAR', 'SM2: expected r and s below the group order')
  return concat(new Uint8Array(32 - magnitude.length), magnitude)
}
