import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet, requireSecure } from '@mixun/core/params'

/** Exact integers modulo t (`bfv`, `bgv`) or approximate numbers (`ckks`). */
export type SealScheme = 'bfv' | 'bgv' | 'ckks'

/** The sizes of one scheme instance. */
export interface SealParameters extends ParameterSet {
  readonly scheme: SealScheme
  /** N: coefficients of a polynomial, and integer slots of a plaintext (N/2 for ckks). A power of two. */
  readonly ringDimension: number
  /** Bits of each coefficient prime, key-switching prime last. SEAL picks the primes from the sizes alone. */
  readonly coefficientModulusBits: readonly number[]
  /** t, a prime that is 1 modulo 2N so that integers can be batched; null for ckks. */
  readonly plaintextModulus: bigint | null
  /** log2 of the scale that encoding multiplies numbers by; null for bfv and bgv. */
  readonly scaleBits: number | null
}

/**
 * Largest log2 of the product of all coefficient primes by ring dimension: ternary secret, σ ≈ 3.2, 128 bits against
 * classical attacks. HomomorphicEncryption.org, "Homomorphic Encryption Standard" (November 2018), the table that
 * SEAL 4.1 enforces too.
 */
const MAX_LOG_Q_CLASSICAL_128: Readonly<Record<number, number>> = {
  1024: 27,
  2048: 54,
  4096: 109,
  8192: 218,
  16384: 438,
  32768: 881,
}

const STANDARD =
  'HomomorphicEncryption.org standard (2018), 128-bit classical, ternary secret: log2 q at most'

/** Checks a set against the table and freezes it. @throws ERR_PARAMETER_INSECURE */
export function defineSealParameters(parameters: SealParameters): SealParameters {
  const logQ = parameters.coefficientModulusBits.reduce((sum, bits) => sum + bits, 0)
  const maxLogQ = MAX_LOG_Q_CLASSICAL_128[parameters.ringDimension] ?? 0
  if (parameters.securityLevel !== 'unchecked' && logQ > maxLogQ) {
    fail(
      'ERR_PARAMETER_INSECURE',
      `${parameters.id}: expected coefficient moduli of at most ${maxLogQ} bits in all, found ${logQ}`,
    )
  }
  return defineParameters({
    ...parameters,
    coefficientModulusBits: Object.freeze([...parameters.coefficientModulusBits]),
  })
}

const SETS: readonly SealParameters[] = [
  defineSealParameters({
    id: 'bfv_n4096_logt20_classical128',
    securityLevel: 'classical128',
    source: `${STANDARD} 109 at N = 4096`,
    scheme: 'bfv',
    ringDimension: 4096,
    coefficientModulusBits: [36, 36, 37],
    plaintextModulus: 1_032_193n,
    scaleBits: null,
  }),
  defineSealParameters({
    id: 'bfv_n8192_logt20_classical128',
    securityLevel: 'classical128',
    source: `${STANDARD} 218 at N = 8192`,
    scheme: 'bfv',
    ringDimension: 8192,
    coefficientModulusBits: [43, 43, 44, 44, 44],
    plaintextModulus: 1_032_193n,
    scaleBits: null,
  }),
  defineSealParameters({
    id: 'bgv_n8192_logt20_classical128',
    securityLevel: 'classical128',
    source: `${STANDARD} 218 at N = 8192`,
    scheme: 'bgv',
    ringDimension: 8192,
    coefficientModulusBits: [43, 43, 44, 44, 44],
    plaintextModulus: 1_032_193n,
    scaleBits: null,
  }),
  defineSealParameters({
    id: 'ckks_n8192_logscale40_classical128',
    securityLevel: 'classical128',
    source: `${STANDARD} 218 at N = 8192`,
    scheme: 'ckks',
    ringDimension: 8192,
    coefficientModulusBits: [60, 40, 40, 60],
    plaintextModulus: null,
    scaleBits: 40,
  }),
  defineSealParameters({
    id: 'insecure_bfv_n1024_logt17',
    securityLevel: 'unchecked',
    source: 'sizes chosen for fast tests',
    scheme: 'bfv',
    ringDimension: 1024,
    coefficientModulusBits: [40, 40, 40],
    plaintextModulus: 65_537n,
    scaleBits: null,
  }),
]

/** Ids of the sets that may carry real data. */
export const SEAL_PARAMETER_IDS: readonly string[] = SETS.filter(
  set => set.securityLevel !== 'unchecked',
).map(set => set.id)

/** Options of {@link sealParameters}. */
export interface SealParameterOptions {
  /** Admits sets named `insecure_…`. For tests only; default false. */
  readonly allowInsecure?: boolean
}

/** The set with this id. @throws ERR_PARAMETER_UNKNOWN, ERR_PARAMETER_INSECURE */
export function sealParameters(id: string, options: SealParameterOptions = {}): SealParameters {
  const parameters = SETS.find(set => set.id === id)
  if (parameters === undefined) {
    fail('ERR_PARAMETER_UNKNOWN', `expected one of ${SEAL_PARAMETER_IDS.join(', ')}, found ${id}`)
  }
  if (options.allowInsecure !== true) requireSecure(parameters)
  return parameters
}
