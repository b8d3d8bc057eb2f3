import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { toHex } from '@mixun/core/bytes'
import { openDatabase, transaction } from '../home/database.ts'
import type { Vault } from './vault.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS progress (
  intent_id BLOB PRIMARY KEY,
  entry BLOB NOT NULL,
  outcome BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS replies (
  intent_id BLOB NOT NULL,
  party TEXT NOT NULL,
  class TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (intent_id, party, class)
) STRICT, WITHOUT ROWID;
`

/** How far an inquiry came: the entries as they were made. They are sealed, and their author opens them again. */
export interface InquiryProgress {
  /** Encoded entry of the intent; sending it again is idempotent. */
  readonly entry: Uint8Array
  /** Encoded entry of the outcome; null before it was signed. */
  readonly outcome: Uint8Array | null
}

/**
 * What an inquiry that was cut off goes on from. Entries are durable before they leave. Replies, which hold PRF outputs
 * and are sealed, survive the end of the process at once and a power failure a little later, and go with the answer;
 * so does that they went.
 */
export class InquiryProgressStore implements Disposable {
  readonly #database: DatabaseSync
  /** Another connection, which syncs nothing by itself. */
  readonly #unsynced: DatabaseSync
  readonly #vault: Vault
  readonly #begin: StatementSync
  readonly #progress: StatementSync
  readonly #conclude: StatementSync
  readonly #putReply: StatementSync
  readonly #reply: StatementSync

  constructor(file: string, vault: Vault) {
    this.#database = openDatabase(file, SCHEMA)
    this.#unsynced = openDatabase(file, SCHEMA)
    this.#unsynced.exec('PRAGMA synchronous = NORMAL')
    this.#vault = vault
    this.#begin = this.#database.prepare('INSERT INTO progress VALUES (?, ?, NULL)')
    this.#progress = this.#database.prepare('SELECT entry, outcome FROM progress WHERE intent_id = ?')
    this.#conclude = this.#database.prepare('UPDATE progress SET outcome = ? WHERE intent_id = ?')
    this.#putReply = this.#unsynced.prepare('INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)')
    this.#reply = this.#unsynced.prepare(
      'SELECT sealed FROM replies WHERE intent_id = ? AND party = ? AND class = ?',
    )
  }

  begin(intentId: Uint8Array, entry: Uint8Array): void {
    this.#begin.run(intentId, entry)
  }

  progress(intentId: Uint8Array): InquiryProgress | null {
    const row = this.#progress.get(intentId)
    if (row === undefined) return null
    return { entry: row['entry'] as Uint8Array, outcome: row['outcome'] as Uint8Array | null }
  }

  /** Takes the place of an entry that was sealed to readers of before. */
  resealed(intentId: Uint8Array, entry: Uint8Array): void {
    this.#database.prepare('UPDATE progress SET entry = ? WHERE intent_id = ?').run(entry, intentId)
  }

  concluded(intentId: Uint8Array, outcome: Uint8Array): void {
    this.#conclude.run(outcome, intentId)
  }

  replied(intentId: Uint8Array, party: string, recordClass: string, reply: Uint8Array): void {
    const sealed = this.#vault.seal(placeOf(intentId, party, recordClass), reply)
    this.#putReply.run(intentId, party, recordClass, sealed)
  }

  reply(intentId: Uint8Array, party: string, recordClass: string): Uint8Array | null {
    const row = this.#reply.get(intentId, party, recordClass)
    if (row === undefined) return null
    return this.#vault.open(placeOf(intentId, party, recordClass), row['sealed'] as Uint8Array)
  }

  /** Removes everything of an inquiry that has its answer, or is asked anew. */
  forget(intentId: Uint8Array): void {
    transaction(this.#unsynced, () => {
      this.#unsynced.prepare('DELETE FROM replies WHERE intent_id = ?').run(intentId)
      this.#unsynced.prepare('DELETE FROM progress WHERE intent_id = ?').run(intentId)
    })
  }

  [Symbol.dispose](): void {
    this.#database.close()
    this.#unsynced.close()
  }
}

function placeOf(intentId: Uint8Array, party: string, recordClass: string): string {
  return `reply/${toHex(intentId)}/${party}/${recordClass}`
}
