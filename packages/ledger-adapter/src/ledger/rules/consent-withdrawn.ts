import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'

/**
 * Only who registered a consent withdraws it, and once. The entry names the intents that end with it, because those who
 * were asked do not see their consent.
 */
export function checkConsentWithdrawn(
  registry: RegistryView,
  { author, createdAt, payload }: EntryOf<'consent-withdrawn'>,
): void {
  const recorded = registry.consent(payload.consentId)
  // One who was not a reader from the beginning need not know the consent.
  if (recorded === undefined && !registry.isExact(author)) return
  if (recorded?.consent.inquirer !== author) {
    return fail('ERR_CONSENT_UNKNOWN', `expected a consent that ${author} registered`)
  }
  if (recorded.withdrawnIndex !== null) {
    fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${recorded.withdrawnIndex}`)
  }
  const live = liveIntents(registry, payload.consentId, createdAt)
  const isAll =
    live.length === payload.intents.length &&
    live.every((intentId, i) => compareBytes(intentId, payload.intents[i] as Uint8Array) === 0)
  if (!isAll && registry.isExact(author)) {
    fail('ERR_LEDGER_ENDED', `expected the ${live.length} intents that may still be asked`)
  }
}

/** Intents under a consent that providers may still be asked with, in the order of the ledger, joint ones last. */
export function liveIntents(
  registry: Pick<RegistryView, 'intentsUnder' | 'policy'>,
  consentId: Uint8Array,
  at: number,
): Uint8Array[] {
  const joint = registry.policy.joint.under(consentId).filter(({ state }) => state === 'open')
  return [...registry.intentsUnder(consentId), ...joint]
    .filter(({ intent }) => intent.expiresAt >= at)
    .map(({ intent }) => intent.intentId)
}
