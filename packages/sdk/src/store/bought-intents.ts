import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { RecordClass } from '@mixun/core/domain'
import { openDatabase, transaction } from '../home/database.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS bought_intents (
  intent_id BLOB PRIMARY KEY,
  -- The purchase as it was made, sealed: sending it again is idempotent.
  entry BLOB NOT NULL,
  receipt BLOB,
  purpose TEXT NOT NULL,
  classes TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  request_id TEXT,
  closed INTEGER NOT NULL DEFAULT 0
) STRICT;
`

/** An intent that this home bought in advance. */
export interface BoughtIntent {
  readonly intentId: Uint8Array
  /** Encoded entry of the purchase. */
  readonly entry: Uint8Array
  /** The sequencer's; null when the purchase was cut off. */
  readonly receipt: Uint8Array | null
  readonly purpose: string
  readonly classes: readonly RecordClass[]
  /** Unix milliseconds. */
  readonly expiresAt: number
  /** The inquiry that it was taken for; null while it is unused. */
  readonly requestId: string | null
}

/** What is kept of a purchase before it leaves. */
export type NewBoughtIntent = Omit<BoughtIntent, 'receipt' | 'requestId'>

/** The intents that a home bought in advance, and which inquiry took which. They name no subject. */
export class BoughtIntents implements Disposable {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = openDatabase(file, SCHEMA)
  }

  /** Durable before the purchase leaves. */
  add({ intentId, entry, purpose, classes, expiresAt }: NewBoughtIntent): void {
    transaction(this.#database, () =>
      this.#database
        .prepare('INSERT INTO bought_intents VALUES (?, ?, NULL, ?, ?, ?, NULL, 0)')
        .run(intentId, entry, purpose, classes.join(), expiresAt),
    )
  }

  /** The purchase is on record. */
  recorded(intentId: Uint8Array, receipt: Uint8Array): void {
    transaction(this.#database, () =>
      this.#database
        .prepare('UPDATE bought_intents SET receipt = ? WHERE intent_id = ?')
        .run(receipt, intentId),
    )
  }

  /** Those that are neither settled nor given back, the first to expire first. */
  open(): BoughtIntent[] {
    return this.#database
      .prepare('SELECT * FROM bought_intents WHERE closed = 0 ORDER BY expires_at, rowid')
      .all()
      .map(read)
  }

  find(intentId: Uint8Array): BoughtIntent | undefined {
    const row = this.#database.prepare('SELECT * FROM bought_intents WHERE intent_id = ?').get(intentId)
    return row && read(row)
  }

  /** Takes an intent for an inquiry, durably; false when another one took it. */
  take(intentId: Uint8Array, requestId: string): boolean {
    return transaction(this.#database, () => {
      const { changes } = this.#database
        .prepare(
          'UPDATE bought_intents SET request_id = ? WHERE intent_id = ? AND request_id IS NULL AND closed = 0',
        )
        .run(requestId, intentId)
      return changes > 0
    })
  }

  /** It was settled on the ledger, or given back. */
  close(intentId: Uint8Array): void {
    transaction(this.#database, () =>
      this.#database.prepare('UPDATE bought_intents SET closed = 1 WHERE intent_id = ?').run(intentId),
    )
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

function read(row: Record<string, SQLOutputValue>): BoughtIntent {
  return {
    intentId: row['intent_id'] as Uint8Array,
    entry: row['entry'] as Uint8Array,
    receipt: row['receipt'] as Uint8Array | null,
    purpose: String(row['purpose']),
    classes: String(row['classes']).split(',') as RecordClass[],
    expiresAt: Number(row['expires_at']),
    requestId: row['request_id'] as string | null,
  }
}
