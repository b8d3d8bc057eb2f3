import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import type { SuiteId } from '@mixun/core/suite'
import { type JointTableParameters, jointTableAes128, jointTableSm4 } from '../joint-table/index.ts'
import { type OtExtensionParameters, otExtensionParametersById } from '../ot-extension/index.ts'
import { type OprfSuite, oprfSuiteOf } from '../oprf/index.ts'

/** Protocol name in the hello of a session of inquirer and provider. */
export const JOINT_QUERY_PROTOCOL = 'joint-query'

/** Protocol name in the hello of a session of inquirer and association, for the kind `atLeastFen`. */
export const JOINT_THRESHOLD_PROTOCOL = 'joint-threshold'

/** Fewest firms of a query where a consortium's rules say nothing else. */
export const DEFAULT_MINIMUM_FIRMS = 10

/** Fewest firms that rules may allow: of two, each would know the other's amount from the total. */
export const LEAST_FIRMS = 3

/** Most firms of a query. */
export const MAX_FIRMS = 1_000

/** Parameters of a joint query. */
export interface JointQueryParameters extends ParameterSet {
  readonly suite: SuiteId
  readonly oprf: OprfSuite
  readonly table: JointTableParameters
  /** Of the setup that inquirer and provider, or association, made ahead. */
  readonly extension: OtExtensionParameters
}

/** `jointquery_ristretto255_aes128_softspoken-k2` and `jointquery_sm2_sm4_softspoken-k2`, both with malicious OT. */
export const jointQueryParameters: readonly JointQueryParameters[] = (['intl', 'sm'] as const).map(suite =>
  defineParameters({
    id: suite === 'sm' ? 'jointquery_sm2_sm4_softspoken-k2' : 'jointquery_ristretto255_aes128_softspoken-k2',
    securityLevel: 'classical128',
    source:
      'RFC 9497; eprint 2023/903; eprint 2022/192; eprint 2014/756; masks as in CCS 2017 (Bonawitz et al.)',
    suite,
    oprf: oprfSuiteOf(suite),
    table: suite === 'sm' ? jointTableSm4 : jointTableAes128,
    extension: otExtensionParametersById('softspoken_k2_malicious'),
  }),
)

/** @throws ERR_PARAMETER_UNKNOWN */
export function jointQueryParametersById(id: string): JointQueryParameters {
  return (
    jointQueryParameters.find(parameters => parameters.id === id) ??
    fail(
      'ERR_PARAMETER_UNKNOWN',
      `expected parameters of a joint query, found ${JSON.stringify(id.slice(0, 60))}`,
    )
  )
}

/** The parameters of a consortium of this suite. */
export function jointQueryParametersOf(suite: SuiteId): JointQueryParameters {
  return jointQueryParameters.find(parameters => parameters.suite === suite) as JointQueryParameters
}
