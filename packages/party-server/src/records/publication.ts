import { type DefaultRecord, type IsoDate, yearsBefore } from '@mixun/core/domain'

/** A cured record stays published for this many years. */
const YEARS_PUBLISHED_AFTER_CURE = 5

/** False for a withdrawn record, and for one that was cured five years or more before `asOf`. */
export function isPublished(record: DefaultRecord, asOf: IsoDate): boolean {
  if (record.status === 'withdrawn') return false
  if (record.status !== 'cured' || record.curedOn === null) return true
  return record.curedOn > yearsBefore(asOf, YEARS_PUBLISHED_AFTER_CURE)
}
