import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { type OkvsParameters, okvsColumns, okvsRandomBand256 } from '../okvs/index.ts'
import { type VoleParameters, voleParametersById } from '../vole/index.ts'

/** Bytes of an item's digest: the key of its row and the value of its column sum. */
export const DIGEST_BYTES = 32

/** Bytes of an output. */
export const OUTPUT_BYTES = 32

/** Bytes of an element of GF(2^128). */
export const ELEMENT_BYTES = 16

/** Batched OPRF from a VOLE and a key-value store. */
export interface BatchedOprfParameters extends ParameterSet {
  readonly isMalicious: boolean
  readonly okvs: OkvsParameters
  readonly vole: VoleParameters
}

/** `batchedoprf_rr22_semihonest` and `batchedoprf_rr22_malicious`. */
export const batchedOprfParameters: readonly BatchedOprfParameters[] = ['semihonest', 'malicious'].map(
  security =>
    defineParameters({
      id: `batchedoprf_rr22_${security}`,
      securityLevel: 'classical128',
      source: 'eprint 2021/266 and 2022/320, over GF(2^128); stores by eprint 2023/903',
      isMalicious: security === 'malicious',
      okvs: okvsRandomBand256,
      vole: voleParametersById(`vole_ec21x24_t400_${security}`),
    }),
)

/** @throws ERR_PARAMETER_UNKNOWN */
export function batchedOprfParametersById(id: string): BatchedOprfParameters {
  return (
    batchedOprfParameters.find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of a batched OPRF, found ${JSON.stringify(id.slice(0, 40))}`,
    )
  )
}

/**
 * Elements of the VOLE for `count` items of the receiver: the columns of its store. With the malicious set it is also the
 * number of outputs that a receiver who cheats can get at most; meter by it.
 */
export function receiverCapacity({ okvs }: BatchedOprfParameters, count: number): number {
  return okvsColumns(okvs, count)
}
