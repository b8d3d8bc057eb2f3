import { fail } from '@mixun/core/errors'
import { type Group, ristretto255, sm2 } from '@mixun/core/group'
import { defineParameters, type ParameterSet } from '@mixun/core/params'
import { intl, type Suite, type SuiteId, sm } from '@mixun/core/suite'

/** Protocol name in the hello. */
export const BASE_OT_PROTOCOL = 'base-ot'

/** Instances of a batch: what an OT extension of 128 bits starts from. */
export const BASE_OT_COUNT = 128

/** Most instances of one batch. */
export const MAX_BASE_OT_COUNT = 1_024

/** Bytes of a message, κ = 128 bits. */
export const BLOCK_BYTES = 16

/** Bytes of the string half of a programmable-once public function: 3κ bits (eprint 2021/682, the Feistel construction). */
export const POPF_STRING_BYTES = 48

/** A group, and the hash of the suite it belongs to. */
export interface BaseOtParameters extends ParameterSet {
  readonly id: 'baseot_mrr21_ristretto255' | 'baseot_mrr21_SM2'
  readonly group: Group
  readonly suite: Suite
}

const SOURCE = 'eprint 2021/682 (batch OT from a tagged key agreement and the Feistel POPF)'

/** Base OT over ristretto255. */
export const baseOtRistretto255: BaseOtParameters = defineParameters({
  id: 'baseot_mrr21_ristretto255',
  securityLevel: 'classical128',
  source: SOURCE,
  group: ristretto255,
  suite: intl,
})

/** Base OT over the group of SM2. */
export const baseOtSm2: BaseOtParameters = defineParameters({
  id: 'baseot_mrr21_SM2',
  securityLevel: 'classical128',
  source: SOURCE,
  group: sm2,
  suite: sm,
})

/** All sets. */
export const baseOtParameters: readonly BaseOtParameters[] = [baseOtRistretto255, baseOtSm2]

/** The set of a consortium of this suite. */
export function baseOtParametersOf(suite: SuiteId): BaseOtParameters {
  return suite === 'sm' ? baseOtSm2 : baseOtRistretto255
}

/** @throws ERR_PARAMETER_UNKNOWN */
export function baseOtParametersById(id: string): BaseOtParameters {
  return (
    baseOtParameters.find(parameters => parameters.id === id) ??
    fail('ERR_PARAMETER_UNKNOWN', `expected parameters of base OT, found ${JSON.stringify(id.slice(0, 40))}`)
  )
}

/** @throws ERR_INPUT_RANGE */
export function checkBaseOtCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > MAX_BASE_OT_COUNT) {
    fail('ERR_INPUT_RANGE', `expected 1 to ${MAX_BASE_OT_COUNT} base OTs, found ${count}`)
  }
}
