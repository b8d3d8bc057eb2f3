import type { Subject } from '@mixun/core/domain'
import type { ConsentId, ConsentTerms, Mixun } from '@mixun/sdk'

/** The document that investors of the tests signed. */
export const DOCUMENT = Buffer.from('signed authorisation')

/** Registers a consent for all classes, good for many inquiries unless `terms` say otherwise. */
export function consentOf(
  mixun: Mixun,
  subject: Subject,
  terms: Partial<ConsentTerms> = {},
): Promise<ConsentId> {
  return mixun.consents.register(subject, {
    classes: ['A', 'B', 'C'],
    purpose: 'credit-granting',
    document: DOCUMENT,
    maxUses: 100,
    ...terms,
  })
}
