import type { IsoDate } from '@mixun/core/domain'
import type { SharingRulesPayload } from '../ledger/payloads.ts'

/** Under which conditions records are shared, as the newest `sharing-rules` entry says. */
export type SharingRules = SharingRulesPayload

/** Version 1: new customers only, five years after cure, class A by statutory duty. */
export const BUILT_IN_SHARING_RULES: SharingRules = Object.freeze({
  version: 1,
  existingCustomersFrom: null,
  yearsPublishedAfterCure: 5,
  statutoryRules: [{ id: 'statutory:class-a', classes: ['A' as const] }],
})

/** Whether records of existing customers are shared on this day. */
export function sharesExistingCustomers(rules: SharingRules, day: IsoDate): boolean {
  return rules.existingCustomersFrom !== null && day >= rules.existingCustomersFrom
}

/** Whether a statutory rule of this id covers the class. */
export function isStatutory(rules: SharingRules, id: string, recordClass: 'A' | 'B' | 'C'): boolean {
  return rules.statutoryRules.some(rule => rule.id === id && rule.classes.includes(recordClass))
}
