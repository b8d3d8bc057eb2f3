import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { EntryOf } from '../payloads.ts'
import { MAX_ENDED_INTENTS } from '../payloads/consent-withdrawn.ts'
import type { RegistryView } from '../registry-view.ts'

/**
 * Only who registered a consent withdraws it, and once. The entry names the intents that end with it, because those who
 * were asked do not see their consent. Where there are more than fit one entry, others follow until none is left.
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
  const live = liveIntents(registry, payload.consentId, createdAt)
  const isExact = registry.isExact(author)
  const isOver = payload.intents.length === 0 || (isExact && live.length === 0)
  if (recorded.withdrawnIndex !== null && isOver) {
    fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${recorded.withdrawnIndex}`)
  }
  const expected = live.slice(0, MAX_ENDED_INTENTS)
  const isAll =
    expected.length === payload.intents.length &&
    expected.every((intentId, i) => compareBytes(intentId, payload.intents[i] as Uint8Array) === 0)
  if (!isAll && isExact) {
    fail(
      'ERR_LEDGER_ENDED',
      `expected ${expected.length} of the ${live.length} intents that may still be asked`,
    )
  }
}

/** Intents under a consent that providers may still be asked with, in the order of the ledger, joint ones last. */
export function liveIntents(
  registry: Pick<RegistryView, 'intentsUnder' | 'intentEndedAt' | 'policy'>,
  consentId: Uint8Array,
  at: number,
): Uint8Array[] {
  const joint = registry.policy.joint.under(consentId).filter(({ state }) => state === 'open')
  return [...registry.intentsUnder(consentId), ...joint]
    .filter(({ intent }) => intent.expiresAt >= at && registry.intentEndedAt(intent.intentId) === undefined)
    .map(({ intent }) => intent.intentId)
}
