import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ErrorCode } from '@mixun/core/errors'
import { transaction } from '@mixun/sdk/home'
import { withoutSync } from './without-sync.ts'

/** A receipt that was answered on, and whose it is. */
export interface UnseenReceipt {
  readonly intentId: Uint8Array
  readonly receipt: Uint8Array
}

/** Receipts of intents that were answered and not found on the ledger so far. */
export class UnseenReceipts {
  readonly #database: DatabaseSync
  readonly #add: StatementSync
  readonly #forget: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#add = database.prepare('INSERT INTO intent_receipts VALUES (?, ?, NULL) ON CONFLICT DO NOTHING')
    this.#forget = database.prepare('DELETE FROM intent_receipts WHERE intent_id = ?')
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
    this.#add.run(intentId, receipt)
  }

  /** These intents are on the ledger where their receipts say. */
  seen(intentIds: readonly Uint8Array[]): void {
    if (intentIds.length === 0) return
    withoutSync(this.#database, () =>
      transaction(this.#database, () => {
        for (const intentId of intentIds) this.#forget.run(intentId)
      }),
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
