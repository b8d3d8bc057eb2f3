import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { curve25519 } from './curve25519.ts'
import type { PsiCurve } from './psi-curve.ts'
import { sm2Curve } from './sm2-curve.ts'

/** Protocol name in the hello of a session. */
export const ECDH_PSI_PROTOCOL = 'ecdh-psi'

/** Most items of a side. */
export const MAX_PSI_ITEMS = 2 ** 24

/** Points in one message: 135 KB at most, well inside every transport's frame limit. */
export const BATCH_POINTS = 4_096

/** Bits of statistical error that PPCA 9—2023 section 6.3.3 asks for: one false hit in 2^30 runs. */
const FALSE_HIT_BITS = 30

/** A suite of PPCA 9—2023, section 6.3.1, with its numbers on the wire (tables 3 to 6). */
export interface EcdhPsiSuite extends ParameterSet {
  readonly curve: PsiCurve
  /** Table 3. */
  readonly curveNumber: number
  /** Table 4. */
  readonly hashNumber: number
  /** Table 5. */
  readonly strategyNumber: number
  /** Table 6. */
  readonly formatNumber: number
  /** Bits that are kept of a point encrypted twice. */
  readonly truncatedBits: number
}

/** <SM2, SM3, Try-and-Increment>, compressed points. */
export const ecdhPsiSm2: EcdhPsiSuite = defineParameters({
  id: 'ecdhpsi_SM2-SM3-TAI_t96',
  securityLevel: 'classical128',
  source: 'PPCA 9—2023, sections 6.3.1 and 6.3.3',
  curve: sm2Curve,
  curveNumber: 2,
  hashNumber: 1,
  strategyNumber: 1,
  formatNumber: 2,
  truncatedBits: 96,
})

/** <Curve25519, SHA-256, Direct-Hash>, u-coordinates. */
export const ecdhPsiCurve25519: EcdhPsiSuite = defineParameters({
  id: 'ecdhpsi_Curve25519-SHA256-DIRECT_t96',
  securityLevel: 'classical128',
  source: 'PPCA 9—2023, sections 6.3.1 and 6.3.3',
  curve: curve25519,
  curveNumber: 1,
  hashNumber: 11,
  strategyNumber: 3,
  formatNumber: 1,
  truncatedBits: 96,
})

/** All suites: the two that section 6.3.1 makes mandatory. */
export const ecdhPsiSuites: readonly EcdhPsiSuite[] = [ecdhPsiSm2, ecdhPsiCurve25519]

/** @throws ERR_PARAMETER_UNKNOWN */
export function ecdhPsiSuiteById(id: string): EcdhPsiSuite {
  return (
    ecdhPsiSuites.find(suite => suite.id === id) ??
    fail('ERR_PARAMETER_UNKNOWN', `expected a suite of ECDH-PSI, found ${JSON.stringify(id.slice(0, 60))}`)
  )
}

/**
 * Bits that a point encrypted twice must keep, section 6.3.3: ⌈log2 of each side's items⌉ and {@link FALSE_HIT_BITS}, in
 * whole bytes.
 */
export function requiredBits(ownCount: number, peerCount: number): number {
  const bits = (count: number) => Math.ceil(Math.log2(Math.max(1, count)))
  return 8 * Math.ceil((bits(ownCount) + bits(peerCount) + FALSE_HIT_BITS) / 8)
}
