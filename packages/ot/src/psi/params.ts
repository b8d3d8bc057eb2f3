import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { type BatchedOprfParameters, batchedOprfParametersById } from '../batched-oprf/index.ts'

/** Protocol name in the hello of a session. */
export const PSI_PROTOCOL = 'psi'

/** Most items of a side. */
export const MAX_PSI_ITEMS = 2 ** 24

/** Bytes of a label at most. */
export const MAX_LABEL_BYTES = 4_096

/** Statistical security, bits: a wrong hit in one of 2^40 runs. */
const STATISTICAL_BITS = 40

/** Bytes of a whole fingerprint: what the malicious set compares. */
const WHOLE_FINGERPRINT_BYTES = 16

/** Balanced private set intersection by a batched OPRF. */
export interface PsiParameters extends ParameterSet {
  readonly isMalicious: boolean
  readonly oprf: BatchedOprfParameters
}

/** `psi_rr22_semihonest` and `psi_rr22_malicious`. */
export const psiParameters: readonly PsiParameters[] = ['semihonest', 'malicious'].map(security =>
  defineParameters({
    id: `psi_rr22_${security}`,
    securityLevel: 'classical128',
    source: 'eprint 2021/266 and 2022/320',
    isMalicious: security === 'malicious',
    oprf: batchedOprfParametersById(`batchedoprf_rr22_${security}`),
  }),
)

/** @throws ERR_PARAMETER_UNKNOWN */
export function psiParametersById(id: string): PsiParameters {
  return (
    psiParameters.find(parameters => parameters.id === id) ??
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters of PSI, found ${JSON.stringify(id.slice(0, 40))}`)
  )
}

/**
 * Bytes that are compared of each output: 40 bits and log2 of the pairs in the semi-honest set, 16 bytes in the malicious
 * one, where a sender could look for collisions.
 */
export function fingerprintBytes(
  { isMalicious }: PsiParameters,
  receiverCount: number,
  senderCount: number,
): number {
  if (isMalicious) return WHOLE_FINGERPRINT_BYTES
  const pairBits = Math.log2(Math.max(1, receiverCount)) + Math.log2(Math.max(1, senderCount))
  return Math.ceil((STATISTICAL_BITS + pairBits) / 8)
}
