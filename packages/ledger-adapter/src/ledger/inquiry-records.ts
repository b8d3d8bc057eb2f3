import { compareBytes, toHex } from '@mixun/core/bytes'
import type { IntentBasis } from './intent-basis.ts'
import type { ConsentPayload, IntentBoughtPayload, IntentPayload } from './payloads.ts'
import type { RecordedConsent, RecordedIntent, RecordedPurchase } from './registry-view.ts'

/**
 * Consents and intents by id: the part of a registry that grows with every inquiry. In memory while everything is
 * recomputed, in the ledger's file in use.
 */
export interface InquiryRecords {
  consent(consentId: Uint8Array): RecordedConsent | undefined
  intent(intentId: Uint8Array): RecordedIntent | undefined
  /** In the order of the ledger. */
  intentsUnder(consentId: Uint8Array): RecordedIntent[]
  purchase(intentId: Uint8Array): RecordedPurchase | undefined
  /** Purchases of a firm that are open and last beyond this time, Unix milliseconds. */
  openPurchases(inquirer: string, at: number): number
  /** Index of the entry that ended the intent. */
  endedAt(intentId: Uint8Array): number | undefined
  /** Whether any entry so far is sealed to others. */
  hasUnread(): boolean
  addConsent(consent: ConsentPayload, index: number): void
  /** Counts as a use of its consent, where that is known. */
  addIntent(intent: IntentPayload, basis: IntentBasis | null, index: number): void
  addPurchase(bought: IntentBoughtPayload, createdAt: number, index: number): void
  /** Filled in, or given back; nothing where the purchase is not known. */
  closePurchase(intentId: Uint8Array, index: number): void
  setOutcome(intentId: Uint8Array, index: number): void
  setWithdrawn(consentId: Uint8Array, index: number): void
  setEnded(intentIds: readonly Uint8Array[], index: number): void
  addUnread(): void
}

/** Records in memory. */
export class MemoryRecords implements InquiryRecords {
  readonly #consents = new Map<string, RecordedConsent>()
  readonly #intents = new Map<string, RecordedIntent>()
  readonly #purchases = new Map<string, RecordedPurchase>()
  readonly #ended = new Map<string, number>()
  #hasUnread = false

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    return this.#consents.get(toHex(consentId))
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#intents.get(toHex(intentId))
  }

  intentsUnder(consentId: Uint8Array): RecordedIntent[] {
    const isUnder = ({ basis }: RecordedIntent) =>
      basis !== null && compareBytes(basis.consentId, consentId) === 0
    return [...this.#intents.values()].filter(isUnder)
  }

  purchase(intentId: Uint8Array): RecordedPurchase | undefined {
    return this.#purchases.get(toHex(intentId))
  }

  openPurchases(inquirer: string, at: number): number {
    const isOpen = ({ bought, closedIndex }: RecordedPurchase) =>
      bought.inquirer === inquirer && bought.expiresAt > at && closedIndex === null
    return [...this.#purchases.values()].filter(isOpen).length
  }

  /** Every purchase, by intent id. */
  get purchases(): ReadonlyMap<string, RecordedPurchase> {
    return this.#purchases
  }

  endedAt(intentId: Uint8Array): number | undefined {
    return this.#ended.get(toHex(intentId))
  }

  hasUnread(): boolean {
    return this.#hasUnread
  }

  /** Ids of the intents that were ended. */
  get ended(): ReadonlyMap<string, number> {
    return this.#ended
  }

  addConsent(consent: ConsentPayload, index: number): void {
    this.#consents.set(toHex(consent.consentId), { consent, index, uses: 0, withdrawnIndex: null })
  }

  addIntent(intent: IntentPayload, basis: IntentBasis | null, index: number): void {
    const recorded = basis === null ? undefined : this.consent(basis.consentId)
    if (recorded !== undefined) {
      this.#consents.set(toHex(recorded.consent.consentId), { ...recorded, uses: recorded.uses + 1 })
    }
    this.#intents.set(toHex(intent.intentId), { intent, basis, index, outcomeIndex: null })
  }

  addPurchase(bought: IntentBoughtPayload, createdAt: number, index: number): void {
    this.#purchases.set(toHex(bought.intentId), { bought, createdAt, index, closedIndex: null })
  }

  closePurchase(intentId: Uint8Array, index: number): void {
    const recorded = this.purchase(intentId)
    if (recorded !== undefined) this.#purchases.set(toHex(intentId), { ...recorded, closedIndex: index })
  }

  setOutcome(intentId: Uint8Array, index: number): void {
    const recorded = this.intent(intentId)
    if (recorded !== undefined) this.#intents.set(toHex(intentId), { ...recorded, outcomeIndex: index })
  }

  setWithdrawn(consentId: Uint8Array, index: number): void {
    const recorded = this.consent(consentId)
    if (recorded !== undefined) this.#consents.set(toHex(consentId), { ...recorded, withdrawnIndex: index })
  }

  setEnded(intentIds: readonly Uint8Array[], index: number): void {
    for (const intentId of intentIds)
      if (!this.#ended.has(toHex(intentId))) this.#ended.set(toHex(intentId), index)
  }

  addUnread(): void {
    this.#hasUnread = true
  }
}
