import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import type { Suite } from '@mixun/core/suite'

/** Bytes of a tag: all of it is kept, because the tag is what commits to the OPRF output. */
export const TAG_BYTES = 32

/** Bytes of the version of the root that a row was sealed for. */
export const VERSION_BYTES = 4

/** Bytes of a salt σ: fresh for every version of a row. */
export const SALT_BYTES = 16

/** Bytes of the length in front of a payload. */
const LENGTH_BYTES = 2

/** Shape of the rows of a sealed table. */
export interface SealedTableParameters extends ParameterSet {
  /** Bytes of a row's plaintext: 2-byte length, payload, zeros. */
  readonly rowBytes: 256 | 512
  /** C: rows that a subject may need. A remote lookup always fetches exactly so many. */
  readonly rowsPerSubject: 1 | 2 | 4
}

/** Every parameter set, by row bytes and rows a subject. */
export const sealedTableParameters: readonly SealedTableParameters[] = ([256, 512] as const).flatMap(
  rowBytes =>
    ([1, 2, 4] as const).map(rowsPerSubject =>
      defineParameters({
        id: `sealedtable_r${rowBytes}_c${rowsPerSubject}`,
        securityLevel: 'classical128',
        source: 'DESIGN.md, the sealed table: rows of 256 or 512 bytes, at most 4 a subject, 32-byte tags',
        rowBytes,
        rowsPerSubject,
      }),
    ),
)

/** The set of this id, for example `sealedtable_r512_c2`. @throws ERR_PARAMETER_UNKNOWN */
export function sealedTableParametersById(id: string): SealedTableParameters {
  return (
    sealedTableParameters.find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of a sealed table, found ${JSON.stringify(id.slice(0, 40))}`,
    )
  )
}

/** Longest payload of a row, in bytes. */
export function rowPayloadBytes(parameters: SealedTableParameters): number {
  return parameters.rowBytes - LENGTH_BYTES
}

/** Bytes of a row as stored and sent: tag, version, salt, ciphertext. */
export function sealedRowBytes(parameters: SealedTableParameters, suite: Suite): number {
  return TAG_BYTES + VERSION_BYTES + SALT_BYTES + parameters.rowBytes + suite.aeadOverheadBytes
}
