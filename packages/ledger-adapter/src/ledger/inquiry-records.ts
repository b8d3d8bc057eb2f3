import { toHex } from '@mixun/core/bytes'
import type { ConsentPayload, IntentPayload } from './payloads.ts'
import type { RecordedConsent, RecordedIntent } from './registry-view.ts'

/**
 * Consents and intents by id: the part of a registry that grows with every inquiry. In memory while everything is
 * recomputed, in the ledger's file in use.
 */
export interface InquiryRecords {
  consent(consentId: Uint8Array): RecordedConsent | undefined
  intent(intentId: Uint8Array): RecordedIntent | undefined
  addConsent(consent: ConsentPayload, index: number): void
  /** Counts as a use of its consent. */
  addIntent(intent: IntentPayload, index: number): void
  setOutcome(intentId: Uint8Array, index: number): void
  setWithdrawn(consentId: Uint8Array, index: number): void
}

/** Records in memory. */
export class MemoryRecords implements InquiryRecords {
  readonly #consents = new Map<string, RecordedConsent>()
  readonly #intents = new Map<string, RecordedIntent>()

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    return this.#consents.get(toHex(consentId))
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#intents.get(toHex(intentId))
  }

  addConsent(consent: ConsentPayload, index: number): void {
    this.#consents.set(toHex(consent.consentId), { consent, index, uses: 0, withdrawnIndex: null })
  }

  addIntent(intent: IntentPayload, index: number): void {
    const key = toHex(intent.consentId)
    const recorded = this.#consents.get(key) as RecordedConsent
    this.#consents.set(key, { ...recorded, uses: recorded.uses + 1 })
    this.#intents.set(toHex(intent.intentId), { intent, index, outcomeIndex: null })
  }

  setOutcome(intentId: Uint8Array, index: number): void {
    const key = toHex(intentId)
    this.#intents.set(key, { ...(this.#intents.get(key) as RecordedIntent), outcomeIndex: index })
  }

  setWithdrawn(consentId: Uint8Array, index: number): void {
    const key = toHex(consentId)
    this.#consents.set(key, { ...(this.#consents.get(key) as RecordedConsent), withdrawnIndex: index })
  }
}
