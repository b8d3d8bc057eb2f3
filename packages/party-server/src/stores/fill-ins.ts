import type { DatabaseSync } from 'node:sqlite'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'

/** The signed entries with which intents that were bought in advance were used here first, encoded. */
export class FillIns {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** How an intent was used here first; null when it was not. */
  of(intentId: Uint8Array): Uint8Array | null {
    const row = this.#database.prepare('SELECT entry FROM fill_ins WHERE intent_id = ?').get(intentId)
    return row === undefined ? null : (row['entry'] as Uint8Array)
  }

  /** @throws ERR_INTENT_USED when the intent was used here with another fill-in */
  requireSame(intentId: Uint8Array, entry: Uint8Array): void {
    const first = this.of(intentId)
    if (first !== null && compareBytes(first, entry) !== 0) {
      fail('ERR_INTENT_USED', 'the intent was used here with another fill-in')
    }
  }

  /** Inside the transaction that logs the question. */
  keep(intentId: Uint8Array, entry: Uint8Array): void {
    this.#database.prepare('INSERT INTO fill_ins VALUES (?, ?) ON CONFLICT DO NOTHING').run(intentId, entry)
  }
}
