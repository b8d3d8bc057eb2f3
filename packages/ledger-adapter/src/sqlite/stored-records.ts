import { fail } from '@mixun/core/errors'
import type { InquiryRecords } from '../ledger/inquiry-records.ts'
import type { IntentBasis } from '../ledger/intent-basis.ts'
import type {
  ConsentPayload,
  EntryKind,
  EntryOf,
  IntentBoughtPayload,
  IntentPayload,
  ReadableEntry,
} from '../ledger/payloads.ts'
import type { RecordedConsent, RecordedIntent, RecordedPurchase } from '../ledger/registry-view.ts'
import type { EntryRow } from './entry-row.ts'
import type { EntryStore } from './entry-store.ts'

/** Entries that stay opened: consents and intents are asked for again a moment later. */
const MAX_REMEMBERED = 256

/** Records in the ledger's file, so that opening a ledger of millions of inquiries reads none of them. */
export class StoredRecords implements InquiryRecords {
  readonly #store: EntryStore
  readonly #read: (row: EntryRow) => ReadableEntry
  readonly #remembered = new Map<number, ReadableEntry>()
  #hasUnread = false

  /** @param read opens the entry of a row */
  constructor(store: EntryStore, read: (row: EntryRow) => ReadableEntry) {
    this.#store = store
    this.#read = read
  }

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    const row = this.#store.inquiries.consentRow(consentId)
    if (row === undefined) return undefined
    const { payload: consent } = this.#entry(row.position, 'consent')
    return { consent, index: row.position, uses: row.uses, withdrawnIndex: row.withdrawn }
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    const row = this.#store.inquiries.intentRow(intentId)
    if (row === undefined) return undefined
    const { payload: intent, basis } = this.#entry(row.position, 'intent')
    return { intent, basis, index: row.position, outcomeIndex: row.outcome }
  }

  intentsUnder(consentId: Uint8Array): RecordedIntent[] {
    return this.#store.inquiries.intentsUnder(consentId).map(id => this.intent(id) as RecordedIntent)
  }

  purchase(intentId: Uint8Array): RecordedPurchase | undefined {
    const row = this.#store.purchases.find(intentId)
    if (row === undefined) return undefined
    const { payload: bought, createdAt } = this.#entry(row.position, 'intent-bought')
    return { bought, createdAt, index: row.position, closedIndex: row.closed }
  }

  openPurchases(inquirer: string, at: number): number {
    return this.#store.purchases.openOf(inquirer, at)
  }

  endedAt(intentId: Uint8Array): number | undefined {
    return this.#store.inquiries.endedAt(intentId)
  }

  hasUnread(): boolean {
    // Once there is one there always is.
    this.#hasUnread ||= this.#store.hasUnread()
    return this.#hasUnread
  }

  addConsent({ consentId }: ConsentPayload, index: number): void {
    this.#store.inquiries.insertConsent(consentId, index)
  }

  addIntent({ intentId }: IntentPayload, basis: IntentBasis | null, index: number): void {
    if (basis !== null) this.#store.inquiries.useConsent(basis.consentId)
    this.#store.inquiries.insertIntent(intentId, index, basis?.consentId ?? null)
  }

  addPurchase({ intentId, inquirer, expiresAt }: IntentBoughtPayload, _at: number, index: number): void {
    this.#store.purchases.insert(intentId, { position: index, inquirer, expires: expiresAt })
  }

  closePurchase(intentId: Uint8Array, index: number): void {
    this.#store.purchases.close(intentId, index)
  }

  setOutcome(intentId: Uint8Array, index: number): void {
    this.#store.inquiries.setOutcome(intentId, index)
  }

  setWithdrawn(consentId: Uint8Array, index: number): void {
    this.#store.inquiries.setWithdrawn(consentId, index)
  }

  setEnded(intentIds: readonly Uint8Array[], index: number): void {
    for (const intentId of intentIds) this.#store.inquiries.insertEnded(intentId, index)
  }

  addUnread(): void {
    this.#hasUnread = true
  }

  /** Keeps a consent or an intent that was opened just now. */
  remember(index: number, entry: ReadableEntry): void {
    if (entry.kind !== 'consent' && entry.kind !== 'intent' && entry.kind !== 'intent-bought') return
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(oldest as number)
    this.#remembered.set(index, entry)
  }

  /** Drops what was opened, when rows may have been rolled back. */
  forget(): void {
    this.#remembered.clear()
    this.#hasUnread = false
  }

  #entry<K extends EntryKind>(index: number, kind: K): EntryOf<K> {
    const entry = this.#remembered.get(index) ?? this.#open(index)
    if (entry?.kind !== kind) {
      return fail('ERR_LEDGER_CORRUPT', `expected a ${kind} as entry ${index}`, { details: { index } })
    }
    return entry as EntryOf<K>
  }

  #open(index: number): ReadableEntry | undefined {
    const row = this.#store.entry(index)
    if (row === undefined) return undefined
    const entry = this.#read(row)
    this.remember(index, entry)
    return entry
  }
}
