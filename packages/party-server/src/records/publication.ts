import { type DefaultRecord, type IsoDate, yearsBefore } from '@mixun/core/domain'
import { BUILT_IN_SHARING_RULES, type SharingRules } from '@mixun/ledger-adapter/policy'

/**
 * False for a withdrawn record, and for an expired one: cured as many years or more before `asOf` as the consortium's
 * rules say.
 */
export function isPublished(
  record: DefaultRecord,
  asOf: IsoDate,
  rules: SharingRules = BUILT_IN_SHARING_RULES,
): boolean {
  if (record.status === 'withdrawn') return false
  if (record.status !== 'cured' || record.curedOn === null) return true
  return record.curedOn > yearsBefore(asOf, rules.yearsPublishedAfterCure)
}
