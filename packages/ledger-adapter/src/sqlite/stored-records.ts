import { fail } from '@mixun/core/errors'
import { entryCodec, readEntry } from '../ledger/entry.ts'
import type { InquiryRecords } from '../ledger/inquiry-records.ts'
import type { ConsentPayload, EntryKind, EntryOf, IntentPayload } from '../ledger/payloads.ts'
import type { RecordedConsent, RecordedIntent } from '../ledger/registry-view.ts'
import type { EntryStore } from './entry-store.ts'

/** Records in the ledger's file, so that opening a ledger of millions of inquiries reads none of them. */
export class StoredRecords implements InquiryRecords {
  readonly #store: EntryStore

  constructor(store: EntryStore) {
    this.#store = store
  }

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    const row = this.#store.consentRow(consentId)
    if (row === undefined) return undefined
    const consent = this.#payload(row.position, 'consent')
    return { consent, index: row.position, uses: row.uses, withdrawnIndex: row.withdrawn }
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    const row = this.#store.intentRow(intentId)
    if (row === undefined) return undefined
    const intent = this.#payload(row.position, 'intent')
    return { intent, index: row.position, outcomeIndex: row.outcome }
  }

  addConsent({ consentId }: ConsentPayload, index: number): void {
    this.#store.insertConsent(consentId, index)
  }

  addIntent({ intentId, consentId }: IntentPayload, index: number): void {
    this.#store.useConsent(consentId)
    this.#store.insertIntent(intentId, index)
  }

  setOutcome(intentId: Uint8Array, index: number): void {
    this.#store.setOutcome(intentId, index)
  }

  setWithdrawn(consentId: Uint8Array, index: number): void {
    this.#store.setWithdrawn(consentId, index)
  }

  #payload<K extends EntryKind>(index: number, kind: K): EntryOf<K>['payload'] {
    const row = this.#store.entry(index)
    const entry = row && readEntry(entryCodec.decode(row.bytes))
    if (entry?.kind !== kind) {
      return fail('ERR_LEDGER_CORRUPT', `expected a ${kind} as entry ${index}`, { details: { index } })
    }
    return entry.payload as EntryOf<K>['payload']
  }
}
