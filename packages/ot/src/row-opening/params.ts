import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { type OprfSuite, oprfSuites } from '../oprf/index.ts'

/** Protocol name in the hello. */
export const ROW_OPENING_PROTOCOL = 'row-opening'

/** Parameters of row opening: those of its OPRF. */
export interface RowOpeningParameters extends ParameterSet {
  readonly oprf: OprfSuite
}

/** `rowopening_ristretto255-SHA512`, `rowopening_P256-SHA256` and `rowopening_SM2-SM3`. */
export const rowOpeningParameters: readonly RowOpeningParameters[] = oprfSuites.map(oprf =>
  defineParameters({
    id: `rowopening_${oprf.identifier}`,
    securityLevel: oprf.securityLevel,
    source: oprf.source,
    oprf,
  }),
)

/** The set of an OPRF suite. @throws ERR_PARAMETER_UNKNOWN */
export function rowOpeningParametersOf(oprf: OprfSuite): RowOpeningParameters {
  return (
    rowOpeningParameters.find(parameters => parameters.oprf === oprf) ??
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters of row opening for ${oprf.id}`)
  )
}
