import type { DatabaseSync } from 'node:sqlite'
import type { ErrorCode } from '@mixun/core/errors'
import { withoutSync } from './without-sync.ts'

/** A receipt that was answered on, and whose it is. */
export interface UnseenReceipt {
  readonly intentId: Uint8Array
  readonly receipt: Uint8Array
}

/** Receipts of intents that were answered and not found on the ledger so far. */
export class UnseenReceipts {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Those that nothing is known of yet. */
  all(): UnseenReceipt[] {
    return this.#database
      .prepare('SELECT intent_id, receipt FROM intent_receipts WHERE code IS NULL')
      .all()
      .map(row => ({ intentId: row['intent_id'] as Uint8Array, receipt: row['receipt'] as Uint8Array }))
  }

  /** Inside the transaction that logs the question. */
  keep({ intentId, receipt }: UnseenReceipt): void {
    this.#database
      .prepare('INSERT INTO intent_receipts VALUES (?, ?, NULL) ON CONFLICT DO NOTHING')
      .run(intentId, receipt)
  }

  /** The intent is on the ledger where its receipt says. */
  seen(intentId: Uint8Array): void {
    withoutSync(this.#database, () =>
      this.#database.prepare('DELETE FROM intent_receipts WHERE intent_id = ?').run(intentId),
    )
  }

  /** The intent is not where its receipt says; kept for {@link UnseenReceipts.alarms}. */
  alarmed(intentId: Uint8Array, code: ErrorCode): void {
    this.#database.prepare('UPDATE intent_receipts SET code = ? WHERE intent_id = ?').run(code, intentId)
  }

  /** Answered intents that the ledger does not hold. */
  alarms(): (UnseenReceipt & { readonly code: string })[] {
    const rows = this.#database.prepare('SELECT * FROM intent_receipts WHERE code IS NOT NULL').all()
    return rows.map(row => ({
      intentId: row['intent_id'] as Uint8Array,
      receipt: row['receipt'] as Uint8Array,
      code: String(row['code']),
    }))
  }
}
