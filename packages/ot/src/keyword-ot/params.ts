import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { type OprfSuite, oprfSuites } from '../oprf/index.ts'

/** Protocol name in the hello. */
export const KEYWORD_OT_PROTOCOL = 'keyword-ot'

/** Version of the messages below; part of every challenge. */
export const KEYWORD_OT_WIRE_VERSION = 1

/** Parameters of keyword OT: those of its OPRF. */
export interface KeywordOtParameters extends ParameterSet {
  readonly oprf: OprfSuite
}

/** `keywordot_ristretto255-SHA512`, `keywordot_P256-SHA256` and `keywordot_SM2-SM3`. */
export const keywordOtParameters: readonly KeywordOtParameters[] = oprfSuites.map(oprf =>
  defineParameters({
    id: `keywordot_${oprf.identifier}`,
    securityLevel: oprf.securityLevel,
    source: oprf.source,
    oprf,
  }),
)

/** @throws ERR_PARAMETER_UNKNOWN */
export function keywordOtParametersById(id: string): KeywordOtParameters {
  return (
    keywordOtParameters.find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of keyword OT, found ${JSON.stringify(id.slice(0, 40))}`,
    )
  )
}
