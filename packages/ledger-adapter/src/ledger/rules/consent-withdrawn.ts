import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'

/** Only who registered a consent withdraws it, and once. */
export function checkConsentWithdrawn(
  registry: RegistryView,
  { author, payload }: EntryOf<'consent-withdrawn'>,
): void {
  const recorded = registry.consent(payload.consentId)
  if (recorded?.consent.inquirer !== author) {
    return fail('ERR_CONSENT_UNKNOWN', `expected a consent that ${author} registered`)
  }
  if (recorded.withdrawnIndex !== null) {
    fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${recorded.withdrawnIndex}`)
  }
}
